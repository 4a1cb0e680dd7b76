import { type Attempt, done, notYet, waitUntil } from '../../base/wait.ts'
import { faultErrors } from '../errors.ts'
import { type Injection, landed, notLanded, type RunningFault, type Subject } from '../fault.ts'
import type { PodView, WorkloadChange, WorkloadDescription } from '../workload.ts'
import { LOOK_MS, workloadOf } from './pod-proof.ts'

/** Faults that change a workload's description, and put it back. */

const SEEN_WITHIN_MS = 60_000

/**
 * Makes a change, and holds it as a running fault. `seen` looks for the effect in the pods; `isNew`: of a pod that was not there before.
 * @throws FD_FAULT_REFUSED when nothing was changed
 */
export async function holdChange(
  subject: Subject,
  { change, seen }: { change: WorkloadChange; seen: SeenInPods },
  { id, forMs, signal }: Injection,
): Promise<RunningFault> {
  const workload = workloadOf(subject)
  const before = new Set((await workload.pods()).map(({ uid }) => uid))
  const held = await workload.change(change, { id, forMs, signal })
  const renewal = renewed(held)
  const look = async () => {
    if (renewal.isOver()) throw putBackMeanwhile()
    return seen(await workload.pods(), ({ uid }) => !before.has(uid))
  }
  try {
    const landing = await waitUntil(look, {
      what: `${workload.description} to show it`,
      timeoutMs: Math.min(SEEN_WITHIN_MS, forMs),
      intervalMs: LOOK_MS,
      signal,
      fatal: renewal.isOver,
    }).then(
      (proof) => landed(`${held.what}; ${proof}`),
      (error: { details?: { given?: string } }) =>
        notLanded(`${held.what}, but ${error.details?.given ?? 'no pod shows it'}`),
    )
    return {
      injectedAtMs: held.changedAtMs,
      landing,
      lasts: true,
      renew: () => held.renew(),
      undo: () => held.undo(),
    }
  } finally {
    renewal.end()
  }
}

export type SeenInPods = (pods: readonly PodView[], isNew: (pod: PodView) => boolean) => Attempt<string>

/** Renews the lease while the effect is being looked for; from then on the injector does that. */
export function renewed({ renew }: { renew(): Promise<boolean> }): { isOver(): boolean; end(): void } {
  let isOver = false
  const look = () =>
    renew().then(
      (isHeld) => {
        isOver ||= !isHeld
      },
      () => undefined,
    )
  const timer = setInterval(() => void look(), RENEW_EVERY_MS)
  return { isOver: () => isOver, end: () => clearInterval(timer) }
}

const RENEW_EVERY_MS = 1_000

function putBackMeanwhile() {
  const given = 'somebody else has put it back, or has changed it'
  return faultErrors.error('FD_FAULT_REFUSED', { message: given, given })
}

/** New pods wait with one of these reasons: they were made from what was changed, and never run. */
export function waitsWith(reasons: readonly string[]): SeenInPods {
  return (pods, isNew) => {
    const found = pods
      .filter(isNew)
      .flatMap((pod) =>
        pod.containers
          .filter(({ waiting }) => waiting !== undefined && reasons.includes(waiting))
          .map(({ waiting }) => `pod ${pod.name} waits with ${waiting}`),
      )
    const [first] = found
    if (first === undefined) return notYet(`no new pod waits with ${reasons.join(' or ')}`)
    const ready = pods.filter(({ isReady }) => isReady).length
    return done(`${first}, and ${ready} ${ready === 1 ? 'pod is' : 'pods are'} ready`)
  }
}

/** The container of that name in the template of the pods; the one that counts where none is named. @throws FD_FAULT_PARAMS */
export function containerAt({ containers, main }: WorkloadDescription, wanted: string) {
  const index = wanted === '' ? main : containers.findIndex(({ name }) => name === wanted)
  const found = containers[index]
  if (found !== undefined) return { ...found, index }
  throw faultErrors.error('FD_FAULT_PARAMS', {
    message: `the workload has no container ${wanted}`,
    expected: `one of ${containers.map(({ name }) => name).join(', ')}`,
  })
}
