import { HttpError } from '../../../base/http/http-server.ts'
import { runtimeErrors, type ServiceStatus } from '../../../runtimes/runtime.ts'
import { ClientCounters } from '../client-counters.ts'
import type { Router } from '../router.ts'

/** The route by which a load reports what became of its requests. */

const MAX_BODY = 1_048_576

interface ClientRequestsOptions {
  services(): Pick<ServiceStatus, 'name' | 'kind'>[]
  /** How often Prometheus scrapes control, in milliseconds. */
  scrapeMs: number
  /** Default: the monotonic clock. */
  nowMs?: () => number
}

/**
 * What the users of the stack's services see of them: a process that sends load reports each second what became of its requests,
 * also of those that never reached a service. Returns a function that renders the counters in the Prometheus text format.
 */
export function addClientRequestsRoute(router: Router, { services, ...options }: ClientRequestsOptions): () => string {
  const called = () =>
    services()
      .filter(({ kind }) => kind === 'service')
      .map(({ name }) => name)
  const counters = new ClientCounters(options)
  router.add(
    'reportRequests',
    ({ body: { service, requests } }) => {
      if (!called().includes(service)) {
        const message = `there is no service "${service}"`
        const problem = { message, expected: `one of ${called().join(', ')}` }
        throw new HttpError(404, runtimeErrors.error('FD_RUNTIME_UNKNOWN_SERVICE', problem))
      }
      for (const { endpoint, result, count } of requests) counters.add({ service, endpoint, result }, count)
      return { taken: requests.reduce((sum, { count }) => sum + count, 0) }
    },
    { bodyLimit: MAX_BODY },
  )
  return () => counters.render(called())
}
