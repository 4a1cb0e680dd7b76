import { isDeepStrictEqual } from 'node:util'
import { replicasText } from '../../../faults/replicas-text.ts'
import type { PatchStep } from '../../../faults/workload.ts'
import { type Cluster, httpStatusOf, isNotFound } from '../../../kubernetes/cluster.ts'
import type { KubernetesObject } from '../../../kubernetes/objects.ts'
import { resourcePath } from '../../../kubernetes/paths.ts'
import { objectPath, objectText } from './changed-object.ts'
import { placedIn } from './patch/placed-in.ts'
import { testsHold, valueAt } from './patch/tests-hold.ts'
import { COORDINATION, UNDO_ANNOTATION, type UndoRecord } from './undo-record.ts'
import { undoText } from './undo-text.ts'

/** Carries an undo out. */

/** The API server answers so to a JSON Patch one of whose tests fails, and to what an admission policy forbids. */
const UNPROCESSABLE = 422
const CONFLICT = 409
/** How often an undo follows what somebody else moves at the same moment. */
const MOST_ATTEMPTS = 3

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
  const { is, now } = undo === 'delete' ? await removeMade(cluster, path, lease) : await putBack(cluster, path, undo)
  if (now?.metadata.annotations?.[UNDO_ANNOTATION] !== undefined) await removeHint(cluster, path)
  await removeLease(cluster, object.namespace, lease)
  const text = objectText(object)
  if (is === 'changed') {
    const detail = undo === 'delete' ? `removed ${text} (${what})` : `put ${text} back: ${undoText(undo)}`
    return { changed: true, detail }
  }
  return { changed: false, detail: is === 'gone' ? `${text} is gone` : `${text} ${otherText(undo, now)}` }
}

/** What somebody else has made of it, which stays. */
function otherText(undo: UndoRecord['undo'], now: KubernetesObject | undefined): string {
  if (undo === 'delete') return 'is not the one that the fault has made, and stays'
  const back = undo.find((step) => step.op === 'replace' && step.path === REPLICAS)
  const has = now === undefined ? undefined : valueAt(now, REPLICAS)
  if (back?.op !== 'replace' || has === undefined || has === back.value)
    return 'had been put back, or changed to something else, already'
  return `has ${replicasText(Number(has))} now, which somebody else has set: that stays`
}

const REPLICAS = '/spec/replicas'

interface PutBack {
  is: 'changed' | 'other' | 'gone'
  /** The object as it is then; missing when it is gone. */
  now?: KubernetesObject
}

/** A container or a reference that somebody has moved is put back where it is now: the tests name it. */
async function putBack(cluster: Pick<Cluster, 'request'>, path: string, undo: readonly PatchStep[]): Promise<PutBack> {
  let body = undo
  for (let attempt = 1; ; attempt += 1) {
    try {
      const now = await cluster.request<KubernetesObject>({ method: 'PATCH', path, patch: 'json', body })
      return { is: 'changed', now }
    } catch (error) {
      if (isNotFound(error)) return { is: 'gone' }
      if (httpStatusOf(error) !== UNPROCESSABLE) throw error
      const now = await find(cluster, path)
      if (now === undefined) return { is: 'gone' }
      const placed = placedIn(now, undo)
      if (!testsHold(now, placed)) return { is: 'other', now }
      // No test has failed: what the fault has set is still there, and the undo is forbidden.
      if (isDeepStrictEqual(placed, body) || attempt === MOST_ATTEMPTS) throw error
      body = placed
    }
  }
}

/** What the fault has made belongs to its Lease. It is deleted by its UID: another one that has its name stays. */
async function removeMade(cluster: Pick<Cluster, 'request'>, path: string, lease: string): Promise<PutBack> {
  const made = await find(cluster, path)
  if (made === undefined) return { is: 'gone' }
  const { uid, ownerReferences = [] } = made.metadata
  if (!ownerReferences.some(({ kind, name }) => kind === 'Lease' && name === lease)) return { is: 'other' }
  try {
    return { is: await remove(cluster, path, uid) }
  } catch (error) {
    if (httpStatusOf(error) === CONFLICT) return { is: 'other' }
    throw error
  }
}

async function find(cluster: Pick<Cluster, 'request'>, path: string): Promise<KubernetesObject | undefined> {
  try {
    return await cluster.request<KubernetesObject>({ path })
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
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

async function remove(cluster: Pick<Cluster, 'request'>, path: string, uid?: string): Promise<'changed' | 'gone'> {
  const only = uid === undefined ? {} : { preconditions: { uid } }
  try {
    await cluster.request({ method: 'DELETE', path, body: { propagationPolicy: 'Background', ...only } })
    return 'changed'
  } catch (error) {
    if (isNotFound(error)) return 'gone'
    throw error
  }
}
