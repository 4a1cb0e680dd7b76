import type { RouteShorthandOptions } from 'fastify'
import { HttpError, type HttpServer } from '../../base/http/http-server.ts'
import type { ClientResult } from '../../load/figures/client-counts.ts'
import { runtimeErrors, type ServiceStatus } from '../../runtimes/runtime.ts'
import { catalog } from '../../telemetry/catalog.ts'
import { renderLabels } from '../../telemetry/series.ts'
import { ClientRequests, ClientRequestsTaken } from '../contract.ts'

const METRIC = 'firedrill_client_requests_total'
const MAX_BODY = 1_048_576
/** Beyond that many series endpoints are counted together: names made of ids would fill Prometheus and tell nothing. */
const MAX_SERIES = 1_000
const OTHERS = '(other endpoints)'
/**
 * Scrapes for which a new counter is 0. What it has when Prometheus first sees it is counted by no rule, and a rule sees the counters
 * once in two scrapes.
 */
const ZEROS = 3
/** What there is at 0, of each service always, and of an endpoint from its first request on. */
const FROM_THE_START = ['good', 'error', 'wrong', 'unanswered'] as const

interface Count {
  value: number
  /** Of the monotonic clock, in milliseconds: when it was first counted. */
  sinceMs: number
}

/**
 * What the users of the stack's services see of them: whoever sends load tells each second what became of its requests, those too that
 * never reached a process. Returns the counters in the Prometheus text format.
 */
export function addClientRequests(
  app: HttpServer,
  services: () => Pick<ServiceStatus, 'name' | 'kind'>[],
  operatorOnly: Pick<RouteShorthandOptions, 'onRequest'>,
  { scrapeMs, nowMs = () => performance.now() }: { scrapeMs: number; nowMs?: () => number },
): () => string {
  const counts = new Map<string, Count>()
  const called = () => services().filter(({ kind }) => kind === 'service')
  const countOf = (service: string, endpoint: string, result: ClientResult): Count => {
    const labelsOf = (one: ClientResult) => renderLabels({ service, endpoint, result: one })
    const known = counts.get(labelsOf(result))
    if (known !== undefined) return known
    if (counts.size >= MAX_SERIES && endpoint !== OTHERS) return countOf(service, OTHERS, result)
    for (const one of FROM_THE_START) {
      if (!counts.has(labelsOf(one))) counts.set(labelsOf(one), { value: 0, sinceMs: nowMs() })
    }
    const count = counts.get(labelsOf(result)) ?? { value: 0, sinceMs: nowMs() }
    counts.set(labelsOf(result), count)
    return count
  }

  app.post(
    '/v1/client-requests',
    {
      ...operatorOnly,
      bodyLimit: MAX_BODY,
      schema: { body: ClientRequests, response: { 200: ClientRequestsTaken } },
    },
    async ({ body }) => {
      const { service, requests } = body
      if (!called().some(({ name }) => name === service)) {
        throw new HttpError(
          404,
          runtimeErrors.error('FD_RUNTIME_UNKNOWN_SERVICE', {
            message: `there is no service "${service}"`,
            expected: `one of ${called()
              .map(({ name }) => name)
              .join(', ')}`,
          }),
        )
      }
      for (const { endpoint, result, count } of requests) countOf(service, endpoint, result).value += count
      return { taken: requests.reduce((sum, { count }) => sum + count, 0) }
    },
  )

  return () => {
    const { help, type } = catalog[METRIC]
    // Without a call nothing is missing: a service that nobody has called yet has its zeros.
    const none = called().flatMap(({ name }) =>
      FROM_THE_START.map((result) => `${METRIC}{${renderLabels({ service: name, result })}} 0\n`),
    )
    const lines = [...counts].map(([labels, count]) => {
      const value = nowMs() - count.sinceMs > ZEROS * scrapeMs ? count.value : 0
      return `${METRIC}{${labels}} ${value}\n`
    })
    return `# HELP ${METRIC} ${help}\n# TYPE ${METRIC} ${type}\n${none.join('')}${lines.join('')}`
  }
}
