import { type Cluster, httpStatusOf, isNotFound } from '../../../kubernetes/cluster.ts'
import type { KubernetesObject } from '../../../kubernetes/objects.ts'
import { resourcePath } from '../../../kubernetes/paths.ts'
import { objectPath, objectText } from './changed-object.ts'
import { testsHold } from './tests-hold.ts'
import { COORDINATION, UNDO_ANNOTATION, type UndoRecord } from './undo-record.ts'
import { undoText } from './undo-text.ts'

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
  const { object, undo, what } = record
  const path = objectPath(object)
  const { is, now } = undo === 'delete' ? { is: await remove(cluster, path) } : await putBack(cluster, path, undo)
  if (now?.metadata.annotations?.[UNDO_ANNOTATION] !== undefined) await removeHint(cluster, path)
  await removeLease(cluster, object.namespace, lease)
  const text = objectText(object)
  if (is === 'changed') {
    const detail = undo === 'delete' ? `removed ${text} (${what})` : `put ${text} back: ${undoText(undo)}`
    return { changed: true, detail }
  }
  return {
    changed: false,
    detail: is === 'gone' ? `${text} is gone` : `${text} had been put back, or changed to something else, already`,
  }
}

interface PutBack {
  is: 'changed' | 'other' | 'gone'
  /** The object as it is then; missing when it is gone. */
  now?: KubernetesObject
}

async function putBack(
  cluster: Pick<Cluster, 'request'>,
  path: string,
  undo: Exclude<UndoRecord['undo'], 'delete'>,
): Promise<PutBack> {
  try {
    const now = await cluster.request<KubernetesObject>({ method: 'PATCH', path, patch: 'json', body: undo })
    return { is: 'changed', now }
  } catch (error) {
    if (isNotFound(error)) return { is: 'gone' }
    if (httpStatusOf(error) !== UNPROCESSABLE) throw error
    const now = await cluster.request<KubernetesObject>({ path }).catch((problem: unknown) => {
      if (isNotFound(problem)) return undefined
      throw problem
    })
    // No test has failed: what the fault has set is still there, and the undo is forbidden.
    if (now !== undefined && testsHold(now, undo)) throw error
    return now === undefined ? { is: 'gone' } : { is: 'other', now }
  }
}

async function removeHint(cluster: Pick<Cluster, 'request'>, path: string): Promise<void> {
  const body = { metadata: { annotations: { [UNDO_ANNOTATION]: null } } }
  await cluster.request({ method: 'PATCH', path, body })
}

/** With the Lease Kubernetes removes what it owns: the Job, and what a fault has put beside. The Job itself ends as soon as it sees that. */
export async function removeLease(cluster: Pick<Cluster, 'request'>, namespace: string, name: string): Promise<void> {
  await remove(cluster, resourcePath({ api: COORDINATION, namespace, resource: 'leases', name }))
}

async function remove(cluster: Pick<Cluster, 'request'>, path: string): Promise<'changed' | 'gone'> {
  try {
    await cluster.request({ method: 'DELETE', path, body: { propagationPolicy: 'Background' } })
    return 'changed'
  } catch (error) {
    if (isNotFound(error)) return 'gone'
    throw error
  }
}
