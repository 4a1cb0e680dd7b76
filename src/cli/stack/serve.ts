import { join } from 'node:path'
import { choose } from '../../base/choose.ts'
import { withSecrets } from '../../base/files/secret-env.ts'
import { proxySettings } from '../../proxy/settings.ts'
import type { Repairs } from '../../responder/config.ts'
import { quotesSettings } from '../../services/quotes/config.ts'
import { storeSettings } from '../../services/store/config.ts'
import { workerSettings } from '../../services/worker/config.ts'
import { responderSettings } from '../../stack/parts/responder-settings.ts'
import type { AddCommand } from '../command.ts'

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
Wiring, from the environment: HOST, PORT, ALLOWED_HOSTS (names it answers to besides localhost and addresses); store and worker: DATABASE_URL; store and quotes: REDIS_URL;
responder: CONTROL_URL, CONTROL_TOKEN (or REPAIRS=cluster and POD_NAMESPACE: it repairs through the API server of its cluster), WEBHOOK_TOKEN, MAINTENANCE_TOKEN, PROMETHEUS_URL, PROMETHEUS_PASSWORD, INCIDENT_LOG, RESPONDER_POLICY, RESPONDER_CLOCK_FACTOR,
RESPONDER_WATCHDOG, SLACK_WEBHOOK_URL, SMTP_HOST, SMTP_FROM, SMTP_TO, SMTP_USERNAME, SMTP_PASSWORD, SMTP_TLS;
proxy: PROXY_CONFIG (a JSON file: [{"name", "listen", "upstream"}]), PROXY_TOKEN; see docs/proxy.md;
gateway: GATEWAY_TOKEN, PROMETHEUS_URL, PROMETHEUS_PASSWORD, ALERTMANAGER_URL, ALERTMANAGER_PASSWORD.

Settings, from the environment too; in a stack, configure changes these and no others:
${settingsHelp()}
`,
      )
      .action(async (name: string) => {
        choose(SERVED, name, 'service')
        const { createLogger } = await import('../../telemetry/logger.ts')
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

const SERVED = {
  quotes: 'live prices',
  store: 'items and transactions',
  worker: 'batches of transactions',
  responder: 'alerts to repairs',
  proxy: 'network faults, by the API of Toxiproxy',
  control: 'in Compose: the API and the console',
  setup: 'in Compose: writes secrets and configuration, and ends',
  'kubernetes-setup': 'in Kubernetes: makes the Secrets of the stack, and ends',
  gateway: 'in Kubernetes: lets Prometheus and Alertmanager be read through the API server',
  'docker-proxy': 'in Compose: lets through to the Docker engine what control needs, and nothing else',
}

/** What runs until its signal is aborted, and resolves when it is over. */
type RunService = (logger: Logger, signal: AbortSignal) => Promise<void>

/** Each service's settings, a line each. */
function settingsHelp(): string {
  const all = {
    store: storeSettings,
    quotes: quotesSettings,
    worker: workerSettings,
    responder: responderSettings,
    proxy: proxySettings,
  }
  return Object.entries(all)
    .flatMap(([service, { all: settings }]) => [
      `${service}:`,
      ...Object.entries(settings).map(([name, { about, fallback }]) => {
        return `  ${name.padEnd(26)}${about}${fallback === undefined ? '' : ` (${fallback})`}`
      }),
    ])
    .join('\n')
}

type Logger = ReturnType<typeof import('../../telemetry/logger.ts').createLogger>
type Running = Awaited<ReturnType<typeof startService>>

async function startService(name: string, logger: Logger) {
  const { services } = await import('../../services/serve.ts')
  return choose(services, name, 'service')(withSecrets(process.env), logger)
}

async function startTheResponder(logger: Logger) {
  const [{ startResponder }, { readResponderConfig }, { packageFolder }] = await Promise.all([
    import('../../responder/start.ts'),
    import('../../responder/config.ts'),
    import('../../base/files/package-folder.ts'),
  ])
  const config = readResponderConfig(withSecrets(process.env), join(packageFolder(), 'responder.yaml'))
  return startResponder(config, { actuator: await actuatorFor(config.repairs), logger })
}

/** The responder repairs through the control API alone, or through the API server of its cluster alone. */
async function actuatorFor(repairs: Repairs) {
  if (repairs.by === 'cluster') {
    const [{ podActuator }, { openCluster }, { LABELS }] = await Promise.all([
      import('../../responder/cluster/pod-actuator.ts'),
      import('../../kubernetes/open-cluster.ts'),
      import('../../runtimes/kubernetes/manifests/manifest.ts'),
    ])
    return podActuator(openCluster({}, process.env), { namespace: repairs.namespace, labels: LABELS })
  }
  const [{ ControlClient }, { actuatorOf }] = await Promise.all([
    import('../../api/client/client.ts'),
    import('../../api/client/actuator.ts'),
  ])
  return actuatorOf(new ControlClient(repairs.url, repairs.token))
}

async function startTheProxy(logger: Logger) {
  const [{ startProxyServer }, { readProxyConfig }, { inSmallHeap }] = await Promise.all([
    import('../../proxy/start.ts'),
    import('../../proxy/config.ts'),
    import('../../services/small-heap.ts'),
  ])
  return inSmallHeap(() => startProxyServer(readProxyConfig(withSecrets(process.env)), logger))
}
