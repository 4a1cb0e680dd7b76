import { join } from 'node:path'
import { choose } from './choice.ts'
import type { AddCommand } from './command.ts'
import { withSecrets } from './secret-env.ts'

const SERVED = {
  quotes: 'live prices',
  store: 'items and transactions',
  worker: 'batches of transactions',
  responder: 'alerts to repairs',
  proxy: 'network faults, by the API of Toxiproxy',
  control: 'in Compose: the API and the console',
  setup: 'in Compose: writes secrets and configuration, and ends',
  'docker-proxy': 'in Compose: lets through to the Docker engine what control needs, and nothing else',
}

/** What runs until it is told to stop, and resolves when it is over. */
type RunService = (logger: Logger, signal: AbortSignal) => Promise<void>

/** The command `serve`; `others`: what only containers run, by name. */
export const serveWith =
  (others: () => Promise<Readonly<Record<string, RunService>>>): AddCommand =>
  (program, signal) => {
    program
      .command('serve')
      .summary('run one service by itself')
      .description(
        "Runs one of the stack's own services in this process, as the runtimes do. Settings come from the environment.",
      )
      .argument('<name>', Object.keys(SERVED).join(', '))
      .addHelpText(
        'after',
        `
Environment: HOST, PORT, LOG_LEVEL, ALLOWED_HOSTS (names it answers to besides localhost and addresses); store and worker: DATABASE_URL;
store: REDIS_URL, STORE_CACHE_TTL, REQUEST_DEADLINE, RISKY_FAILURE_RATIO ("20%"), RISKY_SEED, MAX_REQUESTS, DATABASE_POOL_SIZE, DATABASE_QUEUE_SIZE;
quotes: REDIS_URL, QUOTES_SYMBOLS, QUOTES_PROVIDER (simulated, replay, yahoo), QUOTES_INTERVAL ("2s-5s"),
QUOTES_STALE_AFTER, QUOTES_LEASE, QUOTES_SEED, QUOTES_REPLAY_FILE, QUOTES_YAHOO_URL, QUOTES_HISTORY, QUOTES_HEARTBEAT;
worker: WORKER_INTERVAL, WORKER_BATCH_SIZE;
responder: CONTROL_URL, CONTROL_TOKEN, WEBHOOK_TOKEN, PROMETHEUS_URL, PROMETHEUS_PASSWORD, INCIDENT_LOG, INCIDENT_LOG_MEBIBYTES, RESPONDER_POLICY, RESPONDER_CLOCK_FACTOR,
RESPONDER_WATCHDOG, RESPONDER_MAX_DELIVERIES, SLACK_WEBHOOK_URL, SMTP_HOST, SMTP_FROM, SMTP_TO, SMTP_USERNAME, SMTP_PASSWORD, SMTP_TLS;
proxy: PROXY_CONFIG (a JSON file: [{"name", "listen", "upstream"}]), PROXY_TOKEN, PROXY_SEED; see docs/proxy.md.
`,
      )
      .action(async (name: string) => {
        choose(SERVED, name, 'service')
        const { createLogger } = await import('../telemetry/logger.ts')
        const logger = createLogger(name)
        const other = (await others())[name]
        if (other !== undefined) return other(logger, signal)
        const ownStart: Record<string, (logger: Logger) => Promise<Running>> = {
          responder: startTheResponder,
          proxy: startTheProxy,
        }
        const start = ownStart[name] ?? ((logger: Logger) => startService(name, logger))
        const running = await start(logger)
        logger.info({ address: running.address }, 'listening')
        if (!signal.aborted)
          await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
        logger.info('stopping')
        await running.close()
      })
  }

type Logger = ReturnType<typeof import('../telemetry/logger.ts').createLogger>
type Running = Awaited<ReturnType<typeof startService>>

async function startService(name: string, logger: Logger) {
  const { services } = await import('../services/serve.ts')
  return choose(services, name, 'service')(withSecrets(process.env), logger)
}

/** The responder reaches the runtime through the control API alone. */
async function startTheResponder(logger: Logger) {
  const [{ startResponder }, { readResponderConfig }, { ControlClient }, { actuatorOf }, { packageFolder }] =
    await Promise.all([
      import('../responder/start.ts'),
      import('../responder/config.ts'),
      import('../api/client.ts'),
      import('../api/actuator.ts'),
      import('./version.ts'),
    ])
  const config = readResponderConfig(withSecrets(process.env), join(packageFolder(), 'responder.yaml'))
  const control = new ControlClient(config.controlUrl, config.controlToken)
  return startResponder(config, actuatorOf(control), logger)
}

async function startTheProxy(logger: Logger) {
  const [{ startProxyServer }, { readProxyConfig }, { inSmallHeap }] = await Promise.all([
    import('../proxy/start.ts'),
    import('../proxy/config.ts'),
    import('../services/small-heap.ts'),
  ])
  return inSmallHeap(() => startProxyServer(readProxyConfig(withSecrets(process.env)), logger))
}
