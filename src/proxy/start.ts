import { randomInt } from 'node:crypto'
import type { Logger } from 'pino'
import { fileLimits } from '../base/files/user-file.ts'
import { bearerAuth, createHttpServer, HttpError } from '../base/http/http-server.ts'
import { seededRandom } from '../base/random.ts'
import { addHttpMetrics } from '../telemetry/http-metrics.ts'
import { Metrics } from '../telemetry/metrics.ts'
import { isLoopback, tryAddress } from './address.ts'
import { type ProxyConfig, readPlans } from './config.ts'
import { proxyErrors } from './errors.ts'
import { addToxiproxyApi } from './http/toxiproxy-api.ts'
import { answerUnmatched } from './http/unmatched.ts'
import { addWatchRoutes } from './http/watch-routes.ts'
import { Meters } from './meters.ts'
import { Proxies, type ProxyPlan } from './proxies.ts'

/** Starts the fault proxy with the proxies of its file, and `more`, and its HTTP API. @throws FD_PROXY_CONFIG, FD_PROXY_LISTEN */
export async function startProxyServer(
  config: ProxyConfig,
  logger: Logger,
  more: readonly ProxyPlan[] = [],
): Promise<{ address: string; close(): Promise<void> }> {
  const plans = [...(config.file === undefined ? [] : await readPlans(config.file)), ...more]
  const seed = config.seed ?? randomInt(2 ** 32)
  logger.info({ seed }, 'drawing from this seed')
  const metrics = new Metrics()
  const counters = new Meters(metrics, () => proxies.all())
  const proxies: Proxies = new Proxies({ random: seededRandom(seed), listenHosts: openHosts(config, plans), counters })
  // As large as the file may be.
  const app = createHttpServer({ logger, bodyLimitBytes: fileLimits.written })
  const mayChange = config.token === undefined ? () => undefined : bearerAuth({ proxy: config.token })
  addHttpMetrics(app, metrics)
  answerUnmatched(app)
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
    await proxies.populate(plans, []).catch((error: unknown) => {
      throw error instanceof HttpError ? cannotListen(config.file, error.message, error.problem) : error
    })
    const address = await app.listen({ host: config.host, port: config.port }).catch((error: unknown) => {
      const { code } = error as NodeJS.ErrnoException
      throw cannotListen(undefined, `the API cannot listen on ${config.host}:${config.port} (${code})`, error)
    })
    return { address, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** The other hosts, beside this machine, that proxies may listen on: those of the process's own configuration. */
function openHosts({ host }: ProxyConfig, plans: readonly ProxyPlan[]): Set<string> {
  const hosts = [host, ...plans.flatMap(({ listen }) => tryAddress(listen)?.host ?? [])]
  return new Set(hosts.filter((other) => !isLoopback(other)))
}

/** For problems that a person can solve: an address that is in use, not permitted or missing. */
function cannotListen(file: string | undefined, message: string, cause: unknown): Error {
  return proxyErrors.error('FD_PROXY_LISTEN', {
    where: file ?? 'environment of the fault proxy',
    message,
    next: 'ss -ltnp shows who listens where: end that program, or name another address',
    cause,
  })
}
