import { Type } from '#typebox'
import { done, notYet, waitUntil } from '../../base/wait.ts'
import { defineFault, landed, notLanded } from '../fault.ts'
import { leaseWithin } from '../lease.ts'
import { holdLink } from './hold-link.ts'
import { askProxy, watchLink } from './network-fault.ts'

/** Takes the link to a store down. */

const DOWN_WITHIN_MS = 1_000

const NAME = 'network-down'

export const networkDown = defineFault({
  name: NAME,
  summary: 'Refuse connections to a store, and end those there are: to the services it is gone',
  params: Type.Object({}, { additionalProperties: false }),
  needs: ['link'],
  alone: true,
  async start(subject, _params, injection) {
    if (subject.link !== undefined) return holdLink(subject.link, { fault: NAME, seen: undefined }, injection)
    const { forMs } = injection
    const leaseMs = leaseWithin(forMs)
    const hold = async () => {
      const body = { enabled: false, ttl_ms: leaseMs() }
      // Its time is over, and the link comes up by itself.
      if (body.ttl_ms > 0) await askProxy(subject, { method: 'PATCH', body })
    }
    await hold()
    const injectedAtMs = Date.now()
    const landing = await waitUntil(
      async () => {
        const { enabled, connections } = await watchLink(subject)
        if (enabled || connections > 0) return notYet(`enabled: ${enabled}, ${connections} connections`)
        return done(landed(`connections to ${subject.service} are refused, and none is left`))
      },
      { what: `the link to ${subject.service} to be down`, timeoutMs: DOWN_WITHIN_MS, intervalMs: 5 },
    ).catch(() => notLanded(`the link to ${subject.service} was not down after ${DOWN_WITHIN_MS} ms`))
    return {
      injectedAtMs,
      landing,
      renew: async () => {
        // It may have been enabled again by hand: then it stays up.
        if ((await watchLink(subject)).enabled) return false
        await hold()
        return true
      },
      undo: async () => {
        if ((await watchLink(subject)).enabled) return { changed: false, detail: 'the link was up already' }
        await askProxy(subject, { method: 'PATCH', body: { enabled: true } })
        return { changed: true, detail: `the link to ${subject.service} is up again` }
      },
    }
  },
})
