import { messageOf } from '../../base/errors.ts'
import { isNotFound } from '../../kubernetes/cluster.ts'
import { desiredReplicas, rolloutState } from '../../kubernetes/rollout.ts'
import type { WorkloadRun } from '../file/foreign-system.ts'
import type { Clusters } from './clusters.ts'
import { workloadsThere } from './missing-workload.ts'
import { autoscalerOf } from './others/autoscalers.ts'
import { AS_PART } from './others/who-scales.ts'
import { containerOf, statusOf } from './pod-control.ts'
import { isEnding, isReady, podsOf, readWorkload, workloadText } from './workload.ts'

/** What `firedrill system check` reports of a workload: whether it is there, with pods that are ready, and no rollout under way. */
export async function inspectWorkload(
  { cluster: place, workload: where, container, autoscaled }: WorkloadRun,
  { clusters, report }: { clusters: Pick<Clusters, 'of'>; report(status: 'ok' | 'note' | 'bad', detail: string): void },
): Promise<void> {
  const text = workloadText(where)
  try {
    const cluster = clusters.of(place)
    const workload = await readWorkload(cluster, where)
    const pods = (await podsOf(cluster, where, workload)).filter((pod) => !isEnding(pod))
    const ready = pods.filter(isReady)
    const desired = desiredReplicas(workload)
    const names = ready.map(({ metadata }) => metadata.name).join(', ')
    if (ready.length < desired || desired === 0) {
      report('bad', `${text}: ${ready.length} of ${desired} pods are ready`)
    } else report('ok', `${text}, ${cluster.description}: ${names}`)
    const state = rolloutState(workload, where.kind)
    if (state.is === 'failed') report('bad', `${text}: ${state.detail}`)
    const autoscaler = autoscaled ? undefined : await autoscalerOf(cluster, where)
    if (autoscaler !== undefined)
      report(
        'note',
        `${text}: HorizontalPodAutoscaler ${autoscaler} scales it; a run in which it does proves nothing; ${AS_PART}`,
      )
    const [first] = pods
    if (container !== undefined && first !== undefined && statusOf(first, container) === undefined) {
      const there = first.spec.containers.map(({ name }) => name).join(', ')
      report('bad', `${text}: its pods have no container ${containerOf(first, container)}; there are ${there}`)
    }
  } catch (error) {
    if (!isNotFound(error)) return report('bad', `${text}: ${messageOf(error)}`)
    const expected = await workloadsThere(clusters.of(place), where)
    report('bad', `there is no ${text}; expected: ${expected}`)
  }
}
