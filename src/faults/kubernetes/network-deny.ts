import { Type } from '#typebox'
import { done, notYet, waitUntil } from '../../base/wait.ts'
import { faultErrors } from '../errors.ts'
import { defineFault, landed, notLanded, type RunningFault } from '../fault.ts'
import { directions, type HeldDenial } from '../workload.ts'
import { renewed } from './hold-change.ts'
import { LOOK_MS, workloadOf } from './pod-proof.ts'

/** Denies connections to the pods of a workload, or from them, where its cluster does what NetworkPolicies say. */

const NAME = 'network-deny'
/** A network that enforces policies does so within a second or a few. */
const ENFORCED_WITHIN_MS = 15_000

export const networkDeny = defineFault({
  name: NAME,
  summary:
    'Deny connections to the pods of a workload, or from them, by a NetworkPolicy; where a probe still connects, the cluster does not enforce policies, and the fault has not landed',
  params: Type.Object(
    {
      direction: Type.Enum(directions, {
        default: 'ingress',
        description:
          'ingress: nobody connects to the pods; egress: the pods connect to nobody, so that they find no names either',
      }),
      port: Type.Integer({
        minimum: 0,
        maximum: 65_535,
        default: 0,
        description: 'Of ingress: the port at which the probe connects; 0: the first one that the container declares',
      }),
    },
    { additionalProperties: false },
  ),
  needs: ['workload'],
  alone: true,
  async start(subject, { direction, port }, { id, forMs, signal }) {
    if (direction === 'egress' && port !== 0) throw ofIngressOnly(port)
    const denial = await workloadOf(subject).deny({ fault: NAME, direction, port }, { id, forMs, signal })
    const renewal = renewed(denial)
    try {
      const landing = await waitUntil(
        async () => {
          const { connects, text } = await denial.probe()
          return connects ? notYet(text) : done(landed(`${denial.what}; ${text}`))
        },
        {
          what: 'connections to be denied',
          timeoutMs: Math.min(ENFORCED_WITHIN_MS, forMs),
          intervalMs: LOOK_MS,
          signal,
        },
      ).catch((error: { details?: { given?: string } }) =>
        notLanded(`no, ${NOT_ENFORCED[direction]}: ${error.details?.given ?? String(error)}`),
      )
      const running: RunningFault = {
        injectedAtMs: denial.changedAtMs,
        landing,
        lasts: true,
        renew: () => denial.renew(),
        undo: () => denial.undo(),
      }
      return landing.landed ? running : await removed(running, denial)
    } finally {
      renewal.end()
    }
  },
})

/** Some networks enforce only what is about connections to pods. */
const NOT_ENFORCED = {
  ingress: 'the cluster does not enforce NetworkPolicies',
  egress: 'the cluster does not enforce NetworkPolicies on what pods send',
} as const

function ofIngressOnly(port: number) {
  return faultErrors.error('FD_FAULT_PARAMS', {
    message: 'with direction egress the probe connects to the API server of the cluster, at no port of the pods',
    given: `port ${port}`,
    next: 'leave out port',
  })
}

/** A policy that nobody enforces is removed at once; where that fails, it is held as any other fault, and its undo is tried again. */
async function removed(running: RunningFault, denial: HeldDenial): Promise<RunningFault> {
  try {
    const { detail } = await denial.undo()
    const { injectedAtMs, landing } = running
    return { injectedAtMs, landing, undo: async () => ({ changed: false, detail: `${detail} already` }) }
  } catch {
    return running
  }
}
