import { isDeepStrictEqual } from 'node:util'
import { faultErrors } from '../../../faults/errors.ts'
import type { PatchStep, WorkloadChange } from '../../../faults/workload.ts'
import type { Cluster } from '../../../kubernetes/cluster.ts'
import type { Workload } from '../../../kubernetes/objects.ts'
import { type WorkloadPlace, workloadKinds, workloadText } from '../../../kubernetes/workload-place.ts'
import type { PodPrograms } from '../../file/kubernetes/pod-programs.ts'
import { readWorkload } from '../workload.ts'
import { changeObject, type HeldFor, type MadeChange } from './change-object.ts'
import { patchWithHint, undoOnly } from './patch-with-hint.ts'

/** Changes of a workload that are undone also when this process ends. */

export interface ChangePlace {
  cluster: Cluster
  workload: WorkloadPlace
  /** The container of its pods that counts. Default: the first one of the template. */
  container?: string | undefined
  programs: PodPrograms
}

/**
 * Makes a change once a Job watches over it.
 * @throws FD_FAULT_REFUSED, or what a request throws, when nothing was changed or all is put back; the signal's reason
 */
export async function makeChange(
  { cluster, workload: object, container, programs }: ChangePlace,
  { fault, patches }: WorkloadChange,
  heldFor: HeldFor,
): Promise<MadeChange> {
  const before = await readWorkload(cluster, object)
  const { act, undo: back, what } = patches(describe(before, object, container))
  const undo = undoOnly(before, back)
  refuseStuck(object, { fault, undo, before })
  const acted = patchWithHint({ cluster, object }, before, act)
  const made = await changeObject({ cluster, object, programs }, { fault, what, undo, ...acted }, heldFor)
  return {
    ...made,
    undo: async () => {
      const undone = await made.undo()
      if (!undone.changed) return undone
      const now = await readWorkload(cluster, object).catch(() => undefined)
      const isExact = now !== undefined && isDeepStrictEqual(now.spec.template, before.spec.template)
      return { ...undone, detail: `${undone.detail}${isExact ? ', and it has exactly the template of before' : ''}` }
    },
  }
}

function describe({ spec }: Workload, { kind }: WorkloadPlace, counts: string | undefined) {
  const { containers } = spec.template.spec
  const main = Math.max(
    0,
    containers.findIndex(({ name }) => name === counts),
  )
  return { kind: workloadKinds[kind].kind, replicas: spec.replicas ?? 1, containers, main }
}

/** @throws FD_FAULT_REFUSED for a rollout that Kubernetes does not leave again by itself */
function refuseStuck(
  workload: WorkloadPlace,
  { fault, undo, before: { spec } }: { fault: string; undo: readonly PatchStep[]; before: Workload },
): void {
  if (!undo.some(({ path }) => path.startsWith('/spec/template'))) return
  const what =
    workload.kind === 'statefulset'
      ? 'a StatefulSet: it waits for a pod that never gets ready, also after the template is put back'
      : 'a workload with the strategy OnDelete: a pod that is made meanwhile keeps the template of the fault'
  if (workload.kind !== 'statefulset' && spec.updateStrategy?.type !== 'OnDelete') return
  throw faultErrors.error('FD_FAULT_REFUSED', {
    message: `${fault} is not done to ${what}`,
    given: workloadText(workload),
    expected: 'a Deployment, or a DaemonSet that rolls out by itself',
  })
}
