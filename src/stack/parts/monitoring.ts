import { promDuration } from '../../base/units/duration.ts'
import { hostPort, type Part } from '../part.ts'
import { askForPassword } from '../password.ts'
import type { Profile } from '../profile.ts'

export function prometheus({ timing }: Profile): Part {
  return {
    name: 'prometheus',
    kind: 'monitoring',
    summary: 'scrapes metrics, evaluates the alert rules',
    program: { component: 'prometheus' },
    preferredPort: 9090,
    dependsOn: [],
    health: { kind: 'http', path: '/-/ready' },
    password: 'prometheus',
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
        askForPassword('prometheus', context),
        // An origin that matches none: a page can read answers only on its own origin.
        '--web.cors.origin=none',
        `--query.lookback-delta=${promDuration(timing.lookbackMs)}`,
        `--rules.alert.resend-delay=${promDuration(timing.alertResendMs)}`,
        '--log.level=warn',
      ],
      env: {},
    }),
  }
}

export const alertmanager: Part = {
  name: 'alertmanager',
  kind: 'monitoring',
  summary: 'groups alerts and sends them to the responder',
  program: { component: 'alertmanager' },
  preferredPort: 9093,
  dependsOn: [],
  health: { kind: 'http', path: '/-/ready' },
  password: 'alertmanager',
  restart: 'always',
  graceMs: 5_000,
  metrics: { path: '/metrics', every: 'exporterScrapeMs' },
  page: '/',
  launch: (context) => ({
    args: [
      `--config.file=${context.file('alertmanager.yml')}`,
      // Emptied at each start: notifications of an earlier stack must not hold back this one's alerts.
      `--storage.path=${context.scratch('alertmanager')}`,
      `--web.listen-address=${hostPort(context.listen())}`,
      askForPassword('alertmanager', context),
      '--cluster.listen-address=',
      '--log.level=warn',
    ],
    env: {},
  }),
}

export const nodeExporter: Part = {
  name: 'node-exporter',
  kind: 'monitoring',
  summary: "the machine's CPU, memory, disk and network",
  program: { component: 'node-exporter' },
  preferredPort: 9100,
  dependsOn: [],
  health: { kind: 'http', path: '/' },
  password: 'exporters',
  restart: 'always',
  graceMs: 2_000,
  metrics: { path: '/metrics', every: 'exporterScrapeMs' },
  launch: (context) => ({
    args: [
      `--web.listen-address=${hostPort(context.listen())}`,
      askForPassword('node-exporter', context),
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

export const blackboxExporter: Part = {
  name: 'blackbox-exporter',
  kind: 'monitoring',
  summary: 'probes the services from outside, as a user would',
  program: { component: 'blackbox-exporter' },
  preferredPort: 9115,
  dependsOn: [],
  health: { kind: 'http', path: '/-/healthy' },
  password: 'exporters',
  restart: 'always',
  graceMs: 2_000,
  metrics: { path: '/metrics', every: 'exporterScrapeMs' },
  page: '/',
  launch: (context) => ({
    args: [
      `--config.file=${context.file('blackbox.yml')}`,
      `--web.listen-address=${hostPort(context.listen())}`,
      askForPassword('blackbox-exporter', context),
      '--log.level=warn',
    ],
    env: {},
  }),
}
