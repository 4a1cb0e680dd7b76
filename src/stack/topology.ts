import { promDuration } from '../base/duration.ts'
import { storeExporters } from './exporters.ts'
import { grafana, grafanaFiles } from './grafana.ts'
import type { ConfigFile, Context, Part, Topology } from './part.ts'
import type { Profile } from './profile.ts'
import { renderAlertmanager } from './render/alertmanager.ts'
import { renderBlackbox } from './render/blackbox.ts'
import { secretFiles } from './render/people.ts'
import { renderPostgresQueries } from './render/postgres-queries.ts'
import { renderPrometheus } from './render/prometheus.ts'
import { renderProxies } from './render/proxies.ts'
import { renderRedis } from './render/redis.ts'
import { renderRules } from './render/rules.ts'
import { renderSloRules } from './render/slo-rules.ts'
import { defaultSettings, type StackSettings } from './settings.ts'

const SERVICE_GRACE_MS = 5_000

/** The stores that services reach through the proxy, with the port that each one's listener prefers. */
const PROXIED = { postgres: 15_432, redis: 16_379 }
/** What is part of the stack only where it can be had. */
export interface OptionalParts {
  /** Grafana's dashboards, as JSON by name: with them Grafana is part of the stack. */
  dashboards?: ReadonlyMap<string, string>
}

/** The whole stack, described once. Every runtime starts it and every renderer writes it from here. */
export function describeStack(
  profile: Profile,
  settings: StackSettings = defaultSettings,
  { dashboards }: OptionalParts = {},
): Topology {
  const { timing } = profile

  const prometheus: Part = {
    name: 'prometheus',
    kind: 'monitoring',
    summary: 'scrapes metrics, evaluates the alert rules',
    program: { component: 'prometheus' },
    preferredPort: 9090,
    dependsOn: [],
    health: { kind: 'http', path: '/-/ready' },
    restart: 'always',
    graceMs: 5_000,
    observer: true,
    metrics: { path: '/metrics', every: 'exporterScrapeMs' },
    page: '/',
    launch: (context) => ({
      args: [
        `--config.file=${context.file('prometheus.yml')}`,
        `--storage.tsdb.path=${context.volume('prometheus')}`,
        '--storage.tsdb.retention.time=7d',
        `--web.listen-address=${hostPort(context.listen())}`,
        `--query.lookback-delta=${promDuration(timing.lookbackMs)}`,
        `--rules.alert.resend-delay=${promDuration(timing.alertResendMs)}`,
        '--log.level=warn',
      ],
      env: {},
    }),
  }

  const alertmanager: Part = {
    name: 'alertmanager',
    kind: 'monitoring',
    summary: 'groups alerts and sends them to the responder',
    program: { component: 'alertmanager' },
    preferredPort: 9093,
    dependsOn: [],
    health: { kind: 'http', path: '/-/ready' },
    restart: 'always',
    graceMs: 5_000,
    metrics: { path: '/metrics', every: 'exporterScrapeMs' },
    page: '/',
    launch: (context) => ({
      args: [
        `--config.file=${context.file('alertmanager.yml')}`,
        // Emptied at each start: what an earlier stack was notified of must not keep this one's alerts from being sent.
        `--storage.path=${context.scratch('alertmanager')}`,
        `--web.listen-address=${hostPort(context.listen())}`,
        '--cluster.listen-address=',
        '--log.level=warn',
      ],
      env: {},
    }),
  }

  const nodeExporter: Part = {
    name: 'node-exporter',
    kind: 'monitoring',
    summary: "the machine's CPU, memory, disk and network",
    program: { component: 'node-exporter' },
    preferredPort: 9100,
    dependsOn: [],
    health: { kind: 'http', path: '/' },
    restart: 'always',
    graceMs: 2_000,
    metrics: { path: '/metrics', every: 'exporterScrapeMs' },
    launch: (context) => ({
      args: [
        `--web.listen-address=${hostPort(context.listen())}`,
        // Only what the rules and dashboards use: the full set costs ten times the CPU at this scrape interval.
        '--collector.disable-defaults',
        ...['cpu', 'diskstats', 'filesystem', 'loadavg', 'meminfo', 'netdev', 'uname', 'vmstat'].map(
          (c) => `--collector.${c}`,
        ),
        '--log.level=warn',
      ],
      env: {},
    }),
  }

  const blackboxExporter: Part = {
    name: 'blackbox-exporter',
    kind: 'monitoring',
    summary: 'probes the services from outside, as a user would',
    program: { component: 'blackbox-exporter' },
    preferredPort: 9115,
    dependsOn: [],
    health: { kind: 'http', path: '/-/healthy' },
    restart: 'always',
    graceMs: 2_000,
    metrics: { path: '/metrics', every: 'exporterScrapeMs' },
    page: '/',
    launch: (context) => ({
      args: [
        `--config.file=${context.file('blackbox.yml')}`,
        `--web.listen-address=${hostPort(context.listen())}`,
        '--log.level=warn',
      ],
      env: {},
    }),
  }

  const redis: Part = {
    name: 'redis',
    kind: 'storage',
    summary: "the store's cache, and the prices that quotes shares",
    program: { component: 'redis' },
    preferredPort: 6379,
    dependsOn: [],
    health: { kind: 'redis', secret: 'redis' },
    restart: 'always',
    graceMs: 3_000,
    launch: (context) => ({ args: [context.file('redis.conf')], env: {} }),
  }

  const postgres: Part = {
    name: 'postgres',
    kind: 'storage',
    summary: 'items and transactions, durably',
    program: { component: 'postgres' },
    preferredPort: 5432,
    dependsOn: [],
    health: { kind: 'postgres', secret: 'postgres', user: 'firedrill', database: 'firedrill' },
    restart: 'always',
    graceMs: 10_000,
    // SIGINT is PostgreSQL's fast shutdown: it ends sessions and writes a checkpoint. SIGTERM would wait for clients.
    stopSignal: 'SIGINT',
    launch: (context) => ({
      args: [
        '-p',
        String(context.listen().port),
        '-c',
        `listen_addresses=${context.listen().host}`,
        '-c',
        // Twenty stores with pools of ten, ten workers, and room for people.
        'max_connections=260',
        '-c',
        'shared_buffers=32MB',
      ],
      env: {},
    }),
  }

  const proxy: Part = {
    name: 'proxy',
    kind: 'network',
    summary: 'stands between the services and their stores, and can harm what passes',
    program: { serve: 'proxy' },
    preferredPort: 8474,
    listeners: PROXIED,
    dependsOn: [],
    health: { kind: 'http', path: '/ready' },
    restart: 'always',
    graceMs: 2_000,
    metrics: { path: '/metrics', every: 'exporterScrapeMs' },
    launch: (context) => ({
      args: [],
      env: { ...listenEnv(context), PROXY_CONFIG: context.file('proxies.json'), PROXY_TOKEN: context.secret('faults') },
    }),
  }

  const store: Part = {
    name: 'store',
    kind: 'service',
    summary: 'items and transactions over HTTP',
    program: { serve: 'store' },
    preferredPort: 8000,
    dependsOn: ['postgres', 'redis', 'proxy'],
    health: { kind: 'http', path: '/ready' },
    restart: 'never',
    maxReplicas: 20,
    graceMs: SERVICE_GRACE_MS,
    takesFaults: true,
    metrics: { path: '/metrics', every: 'scrapeMs' },
    launch: (context) => ({
      args: [],
      env: {
        ...listenEnv(context),
        ...faultsEnv(context, 'store'),
        DATABASE_URL: databaseUrl(context),
        REDIS_URL: redisUrl(context),
      },
    }),
  }

  const quotes: Part = {
    name: 'quotes',
    kind: 'service',
    summary: 'live prices over HTTP and as a stream',
    program: { serve: 'quotes' },
    preferredPort: 8001,
    dependsOn: ['redis', 'proxy'],
    health: { kind: 'http', path: '/ready' },
    restart: 'never',
    maxReplicas: 5,
    graceMs: SERVICE_GRACE_MS,
    takesFaults: true,
    metrics: { path: '/metrics', every: 'scrapeMs' },
    launch: (context) => ({
      args: [],
      env: { ...listenEnv(context), ...faultsEnv(context, 'quotes'), REDIS_URL: redisUrl(context) },
    }),
  }

  const worker: Part = {
    name: 'worker',
    kind: 'service',
    summary: 'inserts batches of transactions on a schedule',
    program: { serve: 'worker' },
    preferredPort: 8002,
    dependsOn: ['postgres', 'proxy'],
    health: { kind: 'http', path: '/ready' },
    restart: 'never',
    maxReplicas: 10,
    graceMs: SERVICE_GRACE_MS,
    takesFaults: true,
    metrics: { path: '/metrics', every: 'scrapeMs' },
    launch: (context) => ({
      args: [],
      env: { ...listenEnv(context), ...faultsEnv(context, 'worker'), DATABASE_URL: databaseUrl(context) },
    }),
  }

  const responder: Part = {
    name: 'responder',
    kind: 'responder',
    summary: 'takes alerts, repairs by policy, writes incidents',
    program: { serve: 'responder' },
    preferredPort: 5001,
    dependsOn: [],
    health: { kind: 'http', path: '/ready' },
    restart: 'always',
    graceMs: SERVICE_GRACE_MS,
    metrics: { path: '/metrics', every: 'scrapeMs' },
    launch: (context) => ({
      args: [],
      env: {
        ...listenEnv(context),
        CONTROL_URL: context.url('control'),
        CONTROL_TOKEN: context.secret('responder'),
        WEBHOOK_TOKEN: context.secret('webhook'),
        STACK_RUN: context.run,
        INCIDENT_LOG: `${context.volume('responder')}/incident_log.jsonl`,
        PROMETHEUS_URL: context.url('prometheus'),
        RESPONDER_CLOCK_FACTOR: String(profile.factor),
        RESPONDER_WATCHDOG: promDuration(timing.watchdogRepeatMs),
        ...(settings.policy === undefined ? {} : { RESPONDER_POLICY: context.file(POLICY) }),
        ...tellingEnv(settings),
      },
    }),
  }

  const parts = [
    prometheus,
    alertmanager,
    nodeExporter,
    blackboxExporter,
    redis,
    postgres,
    ...storeExporters(profile),
    proxy,
    quotes,
    store,
    worker,
    responder,
    ...(dashboards === undefined ? [] : [grafana]),
  ]
  return {
    parts,
    externals: ['control'],
    files: [
      { name: 'prometheus.yml', part: 'prometheus', render: (context) => renderPrometheus(parts, profile, context) },
      { name: 'rules/firedrill.yml', part: 'prometheus', render: () => renderRules(profile, settings) },
      { name: 'rules/slo.yml', part: 'prometheus', render: () => renderSloRules(profile, settings) },
      {
        name: 'alertmanager.yml',
        part: 'alertmanager',
        render: (context) => renderAlertmanager(parts, profile, settings, context),
      },
      ...policyFile(settings),
      ...secretFiles(settings),
      { name: 'postgres-queries.yaml', part: 'postgres-exporter', render: renderPostgresQueries },
      { name: 'blackbox.yml', part: 'blackbox-exporter', render: () => renderBlackbox(profile) },
      { name: 'redis.conf', part: 'redis', secret: true, render: renderRedis },
      { name: 'proxies.json', part: 'proxy', render: (context) => renderProxies(Object.keys(PROXIED), context) },
      ...(dashboards === undefined ? [] : grafanaFiles(profile, dashboards)),
    ],
  }
}

const POLICY = 'responder.yaml'

/** The policy that `up` was given. Without one, the responder has its own. */
function policyFile({ policy }: StackSettings): ConfigFile[] {
  return policy === undefined ? [] : [{ name: POLICY, part: 'responder', render: () => policy }]
}

/** What the responder needs to reach people itself: when it leaves an incident to them. */
function tellingEnv({ slack, email }: StackSettings): Record<string, string> {
  return {
    ...(slack && { SLACK_WEBHOOK_URL: slack.webhookUrl }),
    ...(email && { SMTP_HOST: email.smarthost, SMTP_FROM: email.from, SMTP_TO: email.to }),
    ...(email && !email.requireTls && { SMTP_TLS: 'off' }),
    ...(email?.login && { SMTP_USERNAME: email.login.username, SMTP_PASSWORD: email.login.password }),
  }
}

function hostPort({ host, port }: { host: string; port: number }): string {
  return `${host}:${port}`
}

function listenEnv(context: Context): Record<string, string> {
  const { host, port } = context.listen()
  return { HOST: host, PORT: String(port) }
}

/** With it, control may break the service from inside, and nobody else. */
function faultsEnv(context: Context, part: string): Record<string, string> {
  return { FAULTS_TOKEN: context.secret('faults'), FAULTS_FOLDER: context.scratch(`faults-${part}`) }
}

function databaseUrl(context: Context): string {
  return `postgres://firedrill:${context.secret('postgres')}@${hostPort(context.address('proxy/postgres'))}/firedrill`
}

function redisUrl(context: Context): string {
  return `redis://:${context.secret('redis')}@${hostPort(context.address('proxy/redis'))}`
}
