import { type Cluster, httpStatusOf, isNotFound } from '../../../kubernetes/cluster.ts'
import type { Workload } from '../../../kubernetes/objects.ts'
import { resourcePath } from '../../../kubernetes/paths.ts'
import { type WorkloadPlace, workloadPath, workloadText } from '../../../kubernetes/workload-place.ts'
import { testsHold } from './tests-hold.ts'
import { COORDINATION, UNDO_ANNOTATION, type UndoRecord } from './undo-record.ts'

/** Carries an undo out. */

/** The API server answers so to a JSON Patch one of whose tests fails, and to what an admission policy forbids. */
const UNPROCESSABLE = 422

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
  const { is, now } = await putBack(cluster, workload, undo)
  if (now?.metadata.annotations?.[UNDO_ANNOTATION] !== undefined) await removeHint(cluster, workload)
  await removeLease(cluster, workload.namespace, lease)
  const text = workloadText(workload)
  if (is === 'changed') return { changed: true, detail: `put ${text} back (${what})` }
  return {
    changed: false,
    detail: is === 'gone' ? `${text} is gone` : `${text} had been put back, or changed to something else, already`,
  }
}

interface PutBack {
  is: 'changed' | 'other' | 'gone'
  /** The workload as it is then; missing when it is gone. */
  now?: Workload
}

async function putBack(
  cluster: Pick<Cluster, 'request'>,
  workload: WorkloadPlace,
  undo: UndoRecord['undo'],
): Promise<PutBack> {
  const path = workloadPath(workload)
  try {
    return { is: 'changed', now: await cluster.request<Workload>({ method: 'PATCH', path, patch: 'json', body: undo }) }
  } catch (error) {
    if (isNotFound(error)) return { is: 'gone' }
    if (httpStatusOf(error) !== UNPROCESSABLE) throw error
    const now = await cluster.request<Workload>({ path }).catch((problem: unknown) => {
      if (isNotFound(problem)) return undefined
      throw problem
    })
    // No test has failed: what the fault has set is still there, and the undo is forbidden.
    if (now !== undefined && testsHold(now, undo)) throw error
    return now === undefined ? { is: 'gone' } : { is: 'other', now }
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
