import { done, notYet, waitUntil } from '../../base/wait.ts'
import type { Workload } from '../../kubernetes/objects.ts'
import { rolloutState } from '../../kubernetes/rollout.ts'
import { runtimeErrors } from '../../runtimes/runtime.ts'
import { workloadPath, workloadText } from './workload.ts'
import type { WorkloadWatch } from './workload-watch.ts'

/** Rollouts of a workload. */

/** How long a rollout may take, in milliseconds: a Deployment gives up by itself after ten minutes without progress. */
const ROLLOUT_MS = 10 * 60_000
const LOOK_MS = 100

/**
 * Replaces all pods of a workload as `kubectl rollout restart` does: in the order and at the pace that the workload itself states.
 * Resolves when the rollout is complete.
 * @throws FD_RUNTIME_CONFLICT when rollouts are paused, FD_RUNTIME_START_FAILED when it fails, FD_WAIT_TIMEOUT
 */
export async function restartWorkload(watch: WorkloadWatch): Promise<void> {
  const { cluster, place } = watch
  await watch.fresh()
  refuseStuck(watch)
  const template = { metadata: { annotations: { [RESTARTED_AT]: new Date().toISOString() } } }
  const { metadata } = await cluster.request<Workload>({
    method: 'PATCH',
    path: workloadPath(place),
    body: { spec: { template } },
  })
  await untilRolledOut(watch, metadata.generation ?? 0)
}

/** @throws FD_RUNTIME_CONFLICT where another template replaces no pod */
function refuseStuck({ workload, place }: WorkloadWatch): void {
  if (workload?.spec.paused === true) {
    throw runtimeErrors.error('FD_RUNTIME_CONFLICT', {
      message: `the rollouts of ${workloadText(place)} are paused`,
      next: `kubectl rollout resume ${place.kind}/${place.name} --namespace ${place.namespace}`,
    })
  }
  if (workload?.spec.updateStrategy?.type === 'OnDelete') {
    throw runtimeErrors.error('FD_RUNTIME_CONFLICT', {
      message: `${workloadText(place)} has the strategy OnDelete: its pods are replaced only when somebody deletes them`,
      expected: 'the restart of one replica, by its name',
    })
  }
}

/** The annotation of `kubectl rollout restart`. */
const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt'

/**
 * Waits until all pods are those of the workload's present template, and ready. `generation`: of the change that is waited for.
 * @throws FD_RUNTIME_START_FAILED when the workload itself gives up, FD_WAIT_TIMEOUT
 */
export function untilRolledOut(watch: WorkloadWatch, generation: number, timeoutMs = ROLLOUT_MS): Promise<void> {
  const { place } = watch
  return watch.hurry(() =>
    waitUntil(
      async () => {
        const { workload, problem } = watch
        if (problem !== undefined) return notYet(problem.message)
        if (workload === undefined || (workload.metadata.generation ?? 0) < generation) return notYet('not seen yet')
        const state = rolloutState(workload, place.kind)
        if (state.is === 'complete') return done(undefined)
        if (state.is === 'under way') return notYet(state.detail)
        throw runtimeErrors.error('FD_RUNTIME_START_FAILED', {
          message: `the rollout of ${workloadText(place)} has failed`,
          given: state.detail,
        })
      },
      {
        what: `the rollout of ${workloadText(place)}`,
        timeoutMs,
        intervalMs: LOOK_MS,
        fatal: (error) => (error as { code?: unknown }).code === 'FD_RUNTIME_START_FAILED',
      },
    ),
  )
}
