import { type Cluster, httpStatusOf, isNotFound } from '../../../kubernetes/cluster.ts'
import { resourcePath } from '../../../kubernetes/paths.ts'
import { type WorkloadPlace, workloadPath, workloadText } from '../../../kubernetes/workload-place.ts'
import { COORDINATION, UNDO_ANNOTATION, type UndoRecord } from './undo-record.ts'

/** Carries an undo out. */

/** The API server refuses a JSON Patch one of whose tests fails with this status. */
const TEST_FAILED = 422

/**
 * Puts back what a change has changed, and then removes everything that was made for the undo. What somebody else has put back, or has
 * changed since, stays as it is. Safe to call at the same time as another program does.
 * @throws what a request throws; then the Lease is still there
 */
export async function carryOut(
  cluster: Pick<Cluster, 'request'>,
  record: UndoRecord,
  lease: string,
): Promise<{ changed: boolean; detail: string }> {
  const { workload, undo, what } = record
  const done = await putBack(cluster, workload, undo)
  if (done !== 'gone') await removeHint(cluster, workload)
  await removeLease(cluster, workload.namespace, lease)
  const text = workloadText(workload)
  if (done === 'changed') return { changed: true, detail: `put ${text} back (${what})` }
  return {
    changed: false,
    detail: done === 'gone' ? `${text} is gone` : `${text} had been put back, or changed to something else, already`,
  }
}

async function putBack(
  cluster: Pick<Cluster, 'request'>,
  workload: WorkloadPlace,
  undo: UndoRecord['undo'],
): Promise<'changed' | 'other' | 'gone'> {
  try {
    await cluster.request({ method: 'PATCH', path: workloadPath(workload), patch: 'json', body: undo })
    return 'changed'
  } catch (error) {
    if (isNotFound(error)) return 'gone'
    if (httpStatusOf(error) === TEST_FAILED) return 'other'
    throw error
  }
}

async function removeHint(cluster: Pick<Cluster, 'request'>, workload: WorkloadPlace): Promise<void> {
  const body = { metadata: { annotations: { [UNDO_ANNOTATION]: null } } }
  await cluster.request({ method: 'PATCH', path: workloadPath(workload), body })
}

/** With the Lease Kubernetes removes the Job that it owns; the Job itself ends as soon as it sees that the Lease is gone. */
export async function removeLease(cluster: Pick<Cluster, 'request'>, namespace: string, name: string): Promise<void> {
  const path = resourcePath({ api: COORDINATION, namespace, resource: 'leases', name })
  try {
    await cluster.request({ method: 'DELETE', path, body: { propagationPolicy: 'Background' } })
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
}
