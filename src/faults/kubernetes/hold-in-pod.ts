import { landed, notLanded, type RunningFault, type Subject } from '../fault.ts'
import type { PodProgram, PodView, WorkloadSubject } from '../workload.ts'
import { hasNoPod, workloadOf } from './pod-proof.ts'

/** Faults that a program in an ephemeral container of a pod carries out. */

/** Where the program is started. */
export interface PodTarget {
  workload: WorkloadSubject
  pod: PodView
}

export interface PodEffect {
  program: PodProgram
  proof: { landed: boolean; proof: string }
}

/** How often the pod is read for whether the program still runs, in milliseconds. */
const LOOK_EVERY_MS = 2_000

/** Begins the effect in the pod of the replica, and holds it as a running fault. */
export async function holdInPod(
  subject: Subject,
  begin: (target: PodTarget) => Promise<PodEffect>,
): Promise<RunningFault> {
  const workload = workloadOf(subject)
  const pod = await workload.pod()
  if (pod === undefined) return hasNoPod(subject)
  const { program, proof } = await begin({ workload, pod })
  let lookedMs = performance.now()
  let undone: Promise<{ changed: boolean; detail: string }> | undefined
  const undo = async () => {
    const ended = await program.ended()
    if (ended !== undefined) return { changed: false, detail: `the fault in pod ${pod.name} had ended: ${ended}` }
    await program.end()
    return { changed: true, detail: `ended the fault in pod ${pod.name}` }
  }
  return {
    injectedAtMs: program.begunAtMs,
    landing: proof.landed ? landed(proof.proof) : notLanded(proof.proof),
    // Nothing is renewed: a program that has ended by itself ends the fault.
    renew: async () => {
      if (performance.now() - lookedMs < LOOK_EVERY_MS) return true
      lookedMs = performance.now()
      return (await program.ended()) === undefined
    },
    undo: () => {
      const undoing = undone ?? undo()
      undone = undoing
      // One that failed is tried again.
      undoing.catch(() => {
        undone = undefined
      })
      return undoing
    },
  }
}
