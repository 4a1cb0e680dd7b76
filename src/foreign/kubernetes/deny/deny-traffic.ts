import { faultErrors } from '../../../faults/errors.ts'
import type { Denial, Direction, HeldDenial } from '../../../faults/workload.ts'
import type { KubernetesObject, Pod } from '../../../kubernetes/objects.ts'
import { NETWORKING, resourcePath } from '../../../kubernetes/paths.ts'
import { workloadText } from '../../../kubernetes/workload-place.ts'
import { changeObject, type HeldFor } from '../undo/change-object.ts'
import type { ChangePlace } from '../undo/make-change.ts'
import { isReady, podsOf, readWorkload } from '../workload.ts'
import { denyPolicy, policyName } from './deny-objects.ts'
import { refuseAllowed } from './other-policies.ts'
import { probeIntoPods } from './probe-into-pods.ts'
import { probeOutOfPod } from './probe-out-of-pod.ts'

/** Denies connections to the pods of a workload, or from them. */

/**
 * Makes the policy once a probe has connected in that direction, and a Job watches.
 * @throws FD_FAULT_REFUSED where no probe can connect, or another policy allows connections; then nothing stays
 */
export async function denyTraffic(
  where: ChangePlace,
  { fault, direction, port }: Denial,
  held: HeldFor,
): Promise<HeldDenial> {
  const { cluster, workload: place, programs } = where
  const { namespace } = place
  const workload = await readWorkload(cluster, place)
  const pods = (await podsOf(cluster, place, workload)).filter(isReady)
  refuseOnNode(workloadText(place), pods)
  await refuseAllowed(cluster, { namespace, direction }, pods)
  const prober =
    direction === 'ingress' ? probeIntoPods(where, { workload, pods, port }, held) : probeOutOfPod(where, pods, held)
  // That it ends by itself, when its time is over, is enough.
  const end = () => prober.end().catch(() => undefined)
  const made = await changeObject(
    { cluster, object: { namespace, kind: 'networkpolicy', name: policyName(place) }, programs },
    {
      fault,
      what: `no connections ${WAY[direction]} the pods of ${workloadText(place)}`,
      undo: 'delete',
      prepare: (owner) => prober.start(owner),
      act: (hint, owner) =>
        cluster.request<KubernetesObject>({
          method: 'POST',
          path: resourcePath({ api: NETWORKING, namespace, resource: 'networkpolicies' }),
          body: denyPolicy(place, { direction, selector: workload.spec.selector, owner, hint }),
        }),
    },
    held,
  ).catch(async (error: unknown) => {
    await end()
    throw error
  })
  return {
    ...made,
    probe: () => prober.now(),
    undo: async () => {
      const undone = await made.undo()
      await end()
      return undone
    },
  }
}

const WAY = { ingress: 'to', egress: 'from' } as const satisfies Record<Direction, string>

/** @throws FD_FAULT_REFUSED for pods that no policy is about */
function refuseOnNode(text: string, pods: readonly Pod[]): void {
  if (!pods.some(({ spec }) => spec.hostNetwork === true)) return
  throw faultErrors.error('FD_FAULT_REFUSED', {
    message: `the pods of ${text} are on the network of their node (hostNetwork), which no NetworkPolicy is about`,
  })
}
