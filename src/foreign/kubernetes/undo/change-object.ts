import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { defined } from '../../../base/defined.ts'
import { FiredrillError } from '../../../base/errors.ts'
import { faultErrors } from '../../../faults/errors.ts'
import type { HeldChange, PatchStep } from '../../../faults/workload.ts'
import { type Cluster, httpStatusOf, isNotFound } from '../../../kubernetes/cluster.ts'
import type { KubernetesObject } from '../../../kubernetes/objects.ts'
import { resourcePath } from '../../../kubernetes/paths.ts'
import type { PodPrograms } from '../../file/kubernetes/pod-programs.ts'
import { carryOut, removeLease } from './carry-out.ts'
import { type ChangedObject, objectPath, objectText } from './changed-object.ts'
import { LeaseRenewal, microTime, RENEW_EVERY_MS } from './lease-renewal.ts'
import { leftIn } from './left-behind.ts'
import { placedIn } from './patch/placed-in.ts'
import { testsHold, valueAt } from './patch/tests-hold.ts'
import { undoJob, undoLabels } from './undo-job.ts'
import { COORDINATION, UNDO_ANNOTATION, type UndoLease, type UndoRecord } from './undo-record.ts'
import { untilWatched } from './until-watched.ts'

/** Changes of objects of a cluster that are undone also when this process ends. */

export interface ObjectPlace {
  cluster: Cluster
  object: ChangedObject
  programs: PodPrograms
}

export interface ObjectChange {
  /** Name of the fault. */
  fault: string
  /** For people: "0 replicas instead of 3". */
  what: string
  undo: UndoRecord['undo']
  /** Makes what the change needs beside the object, owned by the Lease: with the Lease it goes. Called once a Job watches. */
  prepare?(owner: OwnerReference): Promise<void>
  /** The change itself, with what it says to people who look at the object; resolves with the object. */
  act(hint: string, owner: OwnerReference): Promise<KubernetesObject>
  /** The patch that this sends, where it is one. */
  patch?: readonly PatchStep[]
}

/** What an object that is made for a change carries, so that Kubernetes removes it with the Lease. */
export interface OwnerReference {
  apiVersion: string
  kind: string
  name: string
  uid: string
}

export interface HeldFor {
  /** Of the injection. */
  id: string
  forMs: number
  signal: AbortSignal
  /** A change of the same part, in force until now: this one is made on top of it, and its own undo leads back to before both. */
  instead?: MadeChange | undefined
}

/** A change that has been made, with the name of the Lease that holds its undo. */
export interface MadeChange extends HeldChange {
  readonly lease: string
}

/**
 * Makes a change once a Job watches over it.
 * @throws FD_FAULT_REFUSED, or what a request throws, when nothing was changed or all is put back; the signal's reason
 */
export async function changeObject(
  { cluster, object, programs }: ObjectPlace,
  change: ObjectChange,
  { id, forMs, signal, instead }: HeldFor,
): Promise<MadeChange> {
  const { fault, what, undo } = change
  const record: UndoRecord = { id, fault, object, what, undo }
  await refuseChanged(cluster, record, [instead?.lease])
  const lease = await watchedLease({ cluster, record, programs }, signal)
  const { name, uid } = lease.metadata
  const owner = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', name, uid }
  const renewal = new LeaseRenewal(cluster, { namespace: object.namespace, lease: name })
  try {
    // Of two that saw nothing before they made their Leases each sees the other one now.
    await refuseChanged(cluster, record, [instead?.lease, name])
    await renewal.during(async () => change.prepare?.(owner))
    signal.throwIfAborted()
  } catch (error) {
    // Nothing has been changed yet.
    await removeLease(cluster, object.namespace, name)
    throw error
  }
  const hint = `${fault} of Firedrill: ${what}; \`firedrill system undo\` puts it back`
  const changed = await renewal
    .during(() => change.act(hint, owner))
    .catch(async (error: unknown) => {
      await unmade({ cluster, record, lease: name }, error)
      throw await whyRefused(error, { cluster, object, patch: change.patch ?? [] })
    })
  const changedAtMs = Date.now()
  const endsMs = performance.now() + forMs
  const leftMs = () => Math.max(0, Math.round(endsMs - performance.now()))
  const isWatched = await renewal.now(leftMs()).catch(() => true)
  const problem = whyNotHeld(changed, { undo, isWatched })
  if (problem !== undefined) {
    await carryOut(cluster, { ...record, undo: undoOf(changed, undo) }, name)
    throw refused(`${objectText(object)} ${problem}; it is put back`)
  }
  // Its undo would find another value than it has set, and do nothing.
  if (instead !== undefined) await removeLease(cluster, object.namespace, instead.lease).catch(() => undefined)
  const renew = heldBy({ cluster, object, undo }, () => renewal.now(leftMs()))
  return { what, changedAtMs, lease: name, renew, undo: once(() => carryOut(cluster, record, name)) }
}

/**
 * After a failure. What the API server has refused was not made: an undo could find the same value, which somebody else has set. Without its
 * answer it may have been made all the same; then this puts it back.
 */
async function unmade(
  { cluster, record, lease }: { cluster: Cluster; record: UndoRecord; lease: string },
  error: unknown,
): Promise<void> {
  const status = httpStatusOf(error) ?? 0
  const isRefused = error instanceof FiredrillError && error.code === 'FD_FAULT_REFUSED'
  if (isRefused || (status >= 400 && status < 500)) await removeLease(cluster, record.object.namespace, lease)
  else await carryOut(cluster, record, lease)
}

/** Why a change cannot be held that has just been made; `undefined` when it can. */
function whyNotHeld(
  changed: KubernetesObject,
  { undo, isWatched }: { undo: UndoRecord['undo']; isWatched: boolean },
): string | undefined {
  if (!isStill(changed, undo)) return 'has something else than was set: an admission webhook of the cluster changes it'
  return isWatched ? undefined : 'took so long to be changed that the Job which watches it had given up'
}

/** Whether what the fault has set, or made, is still there. */
function isStill(now: KubernetesObject, undo: UndoRecord['undo']): boolean {
  return undo === 'delete' || testsHold(now, placedIn(now, undo))
}

/** The undo of what is there in place of what was set. */
function undoOf(changed: KubernetesObject, undo: UndoRecord['undo']): UndoRecord['undo'] {
  if (undo === 'delete') return undo
  return placedIn(changed, undo).map((step) =>
    step.op === 'test' ? { ...step, value: valueAt(changed, step.path) } : step,
  )
}

/** Renews the Lease, at most once a second. False when that is gone, or what was changed is no longer so: somebody else has put it back. */
function heldBy(
  { cluster, object, undo }: { cluster: Cluster; object: ChangedObject; undo: UndoRecord['undo'] },
  renew: () => Promise<boolean>,
): () => Promise<boolean> {
  let renewedMs = Number.NEGATIVE_INFINITY
  return async () => {
    if (performance.now() - renewedMs < RENEW_EVERY_MS) return true
    if (!(await renew())) return false
    renewedMs = performance.now()
    return cluster.request<KubernetesObject>({ path: objectPath(object), timeoutMs: READ_WITHIN_MS }).then(
      (now) => isStill(now, undo),
      // What cannot be read now counts as it was.
      (error: unknown) => !isNotFound(error),
    )
  }
}

const READ_WITHIN_MS = 2_000

/** The error of a change that was not made: a test that fails and a policy that forbids it have the same status. */
async function whyRefused(
  error: unknown,
  { cluster, object, patch }: { cluster: Cluster; object: ChangedObject; patch: readonly PatchStep[] },
): Promise<unknown> {
  if (httpStatusOf(error) !== 422) return error
  const now = await cluster.request<KubernetesObject>({ path: objectPath(object) }).catch(() => undefined)
  if (now !== undefined && testsHold(now, patch)) return error
  return refused(`${objectText(object)} was changed by somebody else at the same moment`, error)
}

function refused(message: string, cause?: unknown) {
  return faultErrors.error('FD_FAULT_REFUSED', { message, ...defined({ cause }) })
}

/** A Lease with the record, and a Job that watches it; both are removed again where that fails. */
async function watchedLease(
  { cluster, record, programs }: { cluster: Cluster; record: UndoRecord; programs: PodPrograms },
  signal: AbortSignal,
): Promise<UndoLease> {
  const { namespace } = record.object
  const name = `firedrill-undo-${randomUUID()}`
  const lease = await cluster.request<UndoLease>({
    method: 'POST',
    path: resourcePath({ api: COORDINATION, namespace, resource: 'leases' }),
    body: {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: {
        name,
        namespace,
        labels: undoLabels(record),
        annotations: { [UNDO_ANNOTATION]: JSON.stringify(record) },
      },
      spec: { holderIdentity: `firedrill on ${hostname()}, pid ${process.pid}`, renewTime: microTime() },
    },
  })
  try {
    const path = resourcePath({ api: '/apis/batch/v1', namespace, resource: 'jobs' })
    await cluster.request({ method: 'POST', path, body: undoJob(record, lease, programs) })
    await untilWatched(cluster, { record, lease: name, programs }, signal)
  } catch (error) {
    await removeLease(cluster, namespace, name).catch(() => undefined)
    throw error
  }
  return lease
}

/** @throws FD_FAULT_REFUSED while another change of the same part of the object is in force */
async function refuseChanged(
  cluster: Cluster,
  { object, undo }: UndoRecord,
  except: readonly (string | undefined)[],
): Promise<void> {
  const parts = partsOf(undo)
  const same = (await leftIn(cluster, object.namespace)).find(
    ({ lease, record }) =>
      !except.includes(lease) &&
      record?.object.name === object.name &&
      record.object.kind === object.kind &&
      partsOf(record.undo).some((part) => parts.includes(part)),
  )
  if (same === undefined) return
  throw faultErrors.error('FD_FAULT_REFUSED', {
    message: `${objectText(object)} is changed already: ${same.record?.what}`,
    next: 'firedrill system undo',
  })
}

/** What an undo is about: "replicas", "template", or the whole object. */
function partsOf(undo: UndoRecord['undo']): string[] {
  if (undo === 'delete') return ['']
  return undo.filter(({ path }) => path.startsWith('/spec/')).map(({ path }) => path.split('/')[2] ?? '')
}

/** Acts once, however often it is called; what has failed is tried again. */
function once<T>(act: () => Promise<T>): () => Promise<T> {
  let acting: Promise<T> | undefined
  return () => {
    acting ??= act().catch((error: unknown) => {
      acting = undefined
      throw error
    })
    return acting
  }
}
