import { Type } from '#typebox'
import { read, shareParam } from '../params.ts'

/** Which requests a fault is about. */
export interface Where {
  /** A route pattern as metrics name it ("/items/:key"), a beginning of one with a star ("/items*"), or "*" for all but probes. */
  route: string
  /** An HTTP method, or "*". */
  method: string
  /** Of the matching requests, 0 to 1. */
  share: number
}

const METHODS = ['*', 'GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/** Parameters that say which requests a fault is about. */
export const whereParams = {
  route: Type.String({
    default: '*',
    minLength: 1,
    maxLength: 200,
    description:
      'Route pattern as metrics name it ("/items/:key"), a beginning ("/items*"), or "*": all but /health, /ready and /metrics',
  }),
  method: Type.Enum(METHODS, { default: '*', description: 'HTTP method' }),
  share: shareParam({
    min: '0%',
    max: '100%',
    default: '100%',
    description: 'Share of the matching requests, by chance',
  }),
}

export function readWhere(params: { route: string; method: string; share: string }): Where {
  return { route: params.route, method: params.method, share: read('share', params.share) }
}

/** Whether a fault is about a route. A probe (/health …) matches only when it is named in full. */
export function matches(
  { route, method }: Pick<Where, 'route' | 'method'>,
  candidate: { route: string; method: string },
  probes: readonly string[],
): boolean {
  if (method !== '*' && method !== candidate.method) return false
  if (route === candidate.route) return true
  if (probes.includes(candidate.route) || !route.endsWith('*')) return false
  return candidate.route.startsWith(route.slice(0, -1))
}
