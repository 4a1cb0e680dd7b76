import type { Static, TObject } from '#typebox'
import { messageOf } from '../../base/errors.ts'
import type { Beside } from '../beside.ts'
import { type Injection, landed, notLanded } from '../fault.ts'
import { type BesideEffect, holdBeside } from '../hold-beside.ts'
import { holdInPod, type PodEffect, type PodTarget } from '../kubernetes/hold-in-pod.ts'
import type { Need } from '../needs.ts'
import { HeldFault } from './held-fault.ts'
import type { InsideFault, Prober } from './inside.ts'

/** How a fault that runs inside a service is defined. */

interface InsideFaultOptions<P extends TObject>
  extends Pick<InsideFault<P>, 'name' | 'summary' | 'params' | 'begin' | 'threads' | 'machine'> {
  /** Runs in control, once the effect is there. Default: the proof that the service reports. */
  prove?(prober: Prober, params: Static<P>): Promise<{ landed: boolean; proof: string }>
  /** How it has the same effect from beside a process that takes no faults, and what it needs there. Default: not at all. */
  outside?: {
    need: Need
    /** Rejects only when nothing was done, or all of it is undone. */
    begin(beside: Beside, params: Static<P>, injection: Injection): Promise<BesideEffect>
  }
  /** How it has the same effect in a pod, by a program in an ephemeral container. Default: not at all. */
  inPod?(pod: PodTarget, params: Static<P>, injection: Injection): Promise<PodEffect>
}

/** A fault that runs inside a service. The service holds it under a lease, and drops it when control stops renewing it. */
export function defineInsideFault<P extends TObject>(options: InsideFaultOptions<P>): InsideFault<P> {
  const { prove, outside, inPod, ...definition } = options
  return {
    ...definition,
    needs: ['inside'],
    ...(outside === undefined ? {} : { beside: outside.need }),
    ...(inPod === undefined ? {} : { onWorkload: true as const }),
    async start(subject, params, injection) {
      if (inPod !== undefined && subject.workload !== undefined) {
        return holdInPod(subject, (pod) => inPod(pod, params, injection))
      }
      if (outside !== undefined && subject.beside !== undefined) {
        return holdBeside(subject, await outside.begin(subject.beside, params, injection))
      }
      const held = new HeldFault(subject, injection)
      const problem = await held.hand(definition.name, params as Record<string, unknown>)
      const running = {
        injectedAtMs: Date.now(),
        renew: () => held.renew(),
        undo: () => held.undo(),
      }
      if (problem !== undefined) return { ...running, landing: notLanded(problem) }
      const reported = await held.untilBegun()
      if (reported !== undefined && (prove === undefined || !reported.landed)) return { ...running, landing: reported }
      const proved = held.during(async () => prove?.(held.prober(), params))
      const landing = await proved.then(
        (one) => (one?.landed === true ? landed(one.proof) : notLanded(one?.proof ?? 'the target gave no proof')),
        (error: unknown) => notLanded(messageOf(error)),
      )
      return { ...running, landing }
    },
  }
}
