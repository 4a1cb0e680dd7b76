import type { Static, TObject } from '#typebox'
import { Type } from '#typebox'
import { messageOf } from '../../base/errors.ts'
import { formatBytes } from '../../base/units/bytes.ts'
import { done, notYet, waitUntil } from '../../base/wait.ts'
import { faultErrors } from '../errors.ts'
import { type FaultDefinition, type Landing, landed, notLanded, type Subject } from '../fault.ts'
import { leaseWithin } from '../lease.ts'
import { read, shareParam } from '../params.ts'
import { holdLink } from './hold-link.ts'

/** How a fault on the link to a store is defined: a toxic of the proxy, with proof. */

/** The part between the services and the stores that they depend on. */
const PROXY = 'proxy'
/** Services use their stores several times a second; a toxic that saw no traffic by then has no effect. */
const SEEN_WITHIN_MS = 3_000
const LOOK_MS = 50

/** The fields of the proxy's answer about a link that serve as proof. */
interface Watch {
  enabled: boolean
  connections: number
  toxics: { name: string; connections: number; newConnections: number; bytes: number }[]
}

/** Parameters of every network fault that is a toxic. */
export const networkParams = {
  stream: Type.Enum(['upstream', 'downstream'], {
    default: 'downstream',
    description: 'upstream: what is sent to the target; downstream: what it answers',
  }),
  share: shareParam({ min: '1%', max: '100%', default: '100%', description: 'Share of the connections, by chance' }),
}

interface NetworkFaultOptions<P extends TObject> extends Pick<FaultDefinition<P>, 'name' | 'summary' | 'params'> {
  /** The toxic for the proxy, with its attributes in the proxy's units. */
  toxic(params: Static<P>): { type: string; attributes: Record<string, number> }
  /** What the toxic must have seen: data, connections, or new connections. */
  seen?: 'bytes' | 'connections' | 'newConnections'
}

/**
 * A toxic on the link to the target, which must be a dependency that the proxy stands before. The proxy holds it under a lease,
 * and removes it when control stops renewing it. Before a Service of Kubernetes the proxy comes for the time of the fault.
 */
export function defineNetworkFault<P extends TObject>(options: NetworkFaultOptions<P>): FaultDefinition<P> {
  const { toxic, seen = 'bytes', ...definition } = options
  return {
    ...definition,
    needs: ['link'],
    async start(subject, params, injection) {
      const { stream = 'downstream', share = '100%' } = params as { stream?: 'upstream' | 'downstream'; share?: string }
      const wanted = { stream, toxicity: read('share', share), ...toxic(params) }
      if (subject.link !== undefined) {
        const counted = seen === 'newConnections' ? 'connections' : seen
        return holdLink(subject.link, { fault: options.name, toxic: wanted, seen: counted }, injection)
      }
      const { id, forMs } = injection
      const name = `fault-${id}`
      const leaseMs = leaseWithin(forMs)
      const body = { name, ttl_ms: leaseMs(), ...wanted }
      await askProxy(subject, { method: 'POST', path: '/toxics', body })
      const injectedAtMs = Date.now()
      const path = `/toxics/${name}`
      const renew = async () => {
        const body = { ttl_ms: leaseMs() }
        // Its time is over, and it ends by itself.
        if (body.ttl_ms === 0) return true
        const patch = { method: 'PATCH', part: PROXY, path: `${link(subject)}${path}`, body } as const
        return (await subject.request(patch)).status !== 404
      }
      const landing = await waitUntil(
        async () => {
          await renew()
          const at = (await watchLink(subject)).toxics.find((one) => one.name === name)
          if (at === undefined) return notYet('the proxy no longer has it')
          const proof = `${formatBytes(at.bytes)} on ${at.connections} connections to ${subject.service} came to the fault`
          return at[seen] > 0 ? done(landed(proof)) : notYet(proof)
        },
        { what: `traffic to ${subject.service}`, timeoutMs: Math.min(SEEN_WITHIN_MS, forMs), intervalMs: LOOK_MS },
      ).catch((error: { details?: { given?: string } }): Landing => notLanded(error.details?.given ?? String(error)))
      return {
        injectedAtMs,
        landing,
        renew,
        undo: async () => {
          const { status } = await subject.request({ method: 'DELETE', part: PROXY, path: `${link(subject)}${path}` })
          return status === 404
            ? { changed: false, detail: 'the proxy had removed it already' }
            : { changed: true, detail: `the link to ${subject.service} is unharmed again` }
        },
      }
    },
  }
}

/** The proxy's answer about the link to the target. */
export async function watchLink(subject: Subject): Promise<Watch> {
  const { body } = await subject.request({ method: 'GET', part: PROXY, path: `/firedrill${link(subject)}` })
  return JSON.parse(body) as Watch
}

/**
 * @throws FD_FAULT_UNSUPPORTED when the proxy does not stand before the target, FD_FAULT_REFUSED when it refuses,
 * FD_FAULT_UNREACHABLE when it does not answer
 */
export async function askProxy(
  subject: Subject,
  { method, path = '', body }: { method: 'POST' | 'PATCH'; path?: string; body: object },
): Promise<void> {
  const request = subject.request({ method, part: PROXY, path: `${link(subject)}${path}`, body })
  const { status, body: text } = await request.catch((cause: unknown) => {
    throw faultErrors.error('FD_FAULT_UNREACHABLE', {
      message: `the proxy before ${subject.service} does not answer: ${messageOf(cause)}`,
      next: 'firedrill status',
      cause,
    })
  })
  if (status < 300) return
  if (status !== 404)
    throw faultErrors.error('FD_FAULT_REFUSED', { message: `the proxy answered ${status}: ${text.trim()}` })
  const { body: all } = await subject.request({ method: 'GET', part: PROXY, path: '/proxies' })
  throw faultErrors.error('FD_FAULT_UNSUPPORTED', {
    message: `the proxy does not stand before ${subject.service}`,
    expected: `one of ${Object.keys(JSON.parse(all) as object).join(', ')}`,
    given: subject.service,
  })
}

function link({ service }: Subject): string {
  return `/proxies/${service}`
}
