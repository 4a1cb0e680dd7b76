import { randomInt } from 'node:crypto'
import type { Logger } from 'pino'
import { bearerAuth, createHttpServer } from '../base/http-server.ts'
import { seededRandom } from '../base/random.ts'
import { addHttpMetrics } from '../telemetry/http-metrics.ts'
import { Metrics } from '../telemetry/metrics.ts'
import { isLoopback } from './address.ts'
import { type ProxyConfig, readPlans } from './config.ts'
import { refusal } from './errors.ts'
import type { FaultProxy } from './fault-proxy.ts'
import { meterProxy } from './meters.ts'
import { Proxies } from './proxies.ts'
import { addToxiproxyApi } from './routes.ts'
import { addWatchRoutes } from './watch-routes.ts'

/** Starts the fault proxy with the proxies of its file, and its HTTP API. @throws FD_PROXY_CONFIG, FD_PROXY_LISTEN */
export async function startProxyServer(
  config: ProxyConfig,
  logger: Logger,
): Promise<{ address: string; close(): Promise<void> }> {
  const plans = config.file === undefined ? [] : await readPlans(config.file)
  const seed = config.seed ?? randomInt(2 ** 32)
  logger.info({ seed }, 'drawing from this seed')
  const metrics = new Metrics()
  const hosts = new Set([config.host, ...plans.map(({ listen }) => listen.host)].filter((host) => !isLoopback(host)))
  const meter = (proxy: FaultProxy) => meterProxy(metrics, () => proxies, proxy)
  const proxies: Proxies = new Proxies(seededRandom(seed), meter, hosts)
  const app = createHttpServer({ logger })
  const mayChange = config.token === undefined ? () => undefined : bearerAuth({ proxy: config.token })
  addHttpMetrics(app, metrics)
  app.get('/health', async () => ({ status: 'ok' }))
  app.get('/ready', async () => ({ status: 'ready' }))
  app.register(async (api) => {
    addToxiproxyApi(api, proxies, (request) => void mayChange(request))
    addWatchRoutes(api, proxies)
  })
  const close = async () => {
    await app.close()
    await proxies.close()
  }
  try {
    await proxies.populate(plans, [])
    const address = await app.listen({ host: config.host, port: config.port })
    return { address, close }
  } catch (error) {
    await close()
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'EADDRINUSE' && code !== 'EACCES' && code !== 'EADDRNOTAVAIL') throw error
    throw refusal('FD_PROXY_LISTEN', `the API cannot listen on ${config.host}:${config.port} (${code})`).problem
  }
}
