import type { Logger } from 'pino'
import { startProxyServer } from '../../proxy/start.ts'
import { foreignErrors } from '../errors.ts'
import type { ForeignSystem } from '../file/foreign-system.ts'
import { proxyAccess } from './proxy-access.ts'

/**
 * Runs the fault proxy of a system's links, until it is closed: it must outlive the runs, since services connect through it all the
 * time. Toxics end by themselves when nothing renews them.
 * @throws FD_FOREIGN_INVALID, FD_PROXY_LISTEN
 */
export async function runLinks(
  system: ForeignSystem,
  logger: Logger,
  env: NodeJS.ProcessEnv = process.env,
): Promise<{ address: string; close(): Promise<void> }> {
  if (system.links.length === 0) {
    throw foreignErrors.error('FD_FOREIGN_INVALID', {
      message: 'there are no links that the fault proxy could stand in',
      where: system.file,
      expected: 'links: { shop-db: { listen: "127.0.0.1:15432", upstream: "127.0.0.1:5432" } }',
      next: 'docs/foreign-systems.md says what links are',
    })
  }
  const { token } = proxyAccess(system, env)
  const url = new URL(system.proxy.url)
  const config = {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || 80),
    token: token === '' ? undefined : token,
    file: undefined,
    seed: undefined,
  }
  const plans = system.links.map(({ name, listen, upstream }) => ({ name, listen, upstream, enabled: true }))
  return startProxyServer(config, logger, plans)
}
