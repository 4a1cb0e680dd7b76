import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { isDeepStrictEqual } from 'node:util'
import { defined } from '../../../base/defined.ts'
import { faultErrors } from '../../../faults/errors.ts'
import type { HeldChange, PatchStep, WorkloadChange } from '../../../faults/workload.ts'
import { type Cluster, httpStatusOf, isNotFound } from '../../../kubernetes/cluster.ts'
import type { Workload } from '../../../kubernetes/objects.ts'
import { resourcePath } from '../../../kubernetes/paths.ts'
import { type WorkloadPlace, workloadKinds, workloadPath, workloadText } from '../../../kubernetes/workload-place.ts'
import type { PodPrograms } from '../../file/kubernetes/pod-programs.ts'
import { readWorkload } from '../workload.ts'
import { carryOut, removeLease } from './carry-out.ts'
import { LeaseRenewal, microTime, RENEW_EVERY_MS } from './lease-renewal.ts'
import { leftIn } from './left-behind.ts'
import { testsHold, valueAt } from './tests-hold.ts'
import { undoJob, undoLabels } from './undo-job.ts'
import { COORDINATION, UNDO_ANNOTATION, type UndoLease, type UndoRecord } from './undo-record.ts'
import { untilWatched } from './until-watched.ts'

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
  { cluster, workload: place, container, programs }: ChangePlace,
  change: WorkloadChange,
  { id, forMs, signal }: { id: string; forMs: number; signal: AbortSignal },
): Promise<HeldChange> {
  const before = await readWorkload(cluster, place)
  const { act, undo: back, what } = change.patches(describe(before, place, container))
  // Not another object that has its name meanwhile.
  const undo = [{ op: 'test', path: '/metadata/uid', value: before.metadata.uid } as const, ...back]
  const record: UndoRecord = { id, fault: change.fault, workload: place, what, undo }
  refuseStuck(record, before)
  await refuseChanged(cluster, place)
  const lease = await watchedLease({ cluster, record, programs }, signal)
  const renewal = new LeaseRenewal(cluster, { namespace: place.namespace, lease })
  const patch = {
    method: 'PATCH',
    path: workloadPath(place),
    patch: 'json',
    body: withHint(before, act, record),
  } as const
  let changed: Workload
  try {
    changed = await renewal.during(() => cluster.request<Workload>(patch))
  } catch (error) {
    // Perhaps it has been changed all the same, and only the answer is missing: then this puts it back.
    await carryOut(cluster, record, lease)
    throw await whyRefused(error, { cluster, place, act })
  }
  const changedAtMs = Date.now()
  const endsMs = performance.now() + forMs
  const leftMs = () => Math.max(0, Math.round(endsMs - performance.now()))
  const isWatched = await renewal.now(leftMs()).catch(() => true)
  const problem = whyNotHeld(changed, { undo, isWatched })
  if (problem !== undefined) {
    await carryOut(cluster, { ...record, undo: undoOf(changed, undo) }, lease)
    throw refused(`${workloadText(place)} ${problem}; it is put back`)
  }
  const putBack = async () => {
    const undone = await carryOut(cluster, record, lease)
    if (!undone.changed) return undone
    const now = await readWorkload(cluster, place).catch(() => undefined)
    const isExact = now !== undefined && isDeepStrictEqual(now.spec.template, before.spec.template)
    return { ...undone, detail: `${undone.detail}${isExact ? ', and it has exactly the template of before' : ''}` }
  }
  return {
    what,
    changedAtMs,
    renew: heldBy({ cluster, place, undo }, () => renewal.now(leftMs())),
    undo: once(putBack),
  }
}

/** Why a change cannot be held that has just been made; `undefined` when it can. */
function whyNotHeld(
  changed: Workload,
  { undo, isWatched }: { undo: readonly PatchStep[]; isWatched: boolean },
): string | undefined {
  if (!testsHold(changed, undo))
    return 'has something else than was set: an admission webhook of the cluster changes it'
  return isWatched ? undefined : 'took so long to be changed that the Job which watches it had given up'
}

/** The undo of what is there in place of what was set. */
function undoOf(changed: Workload, undo: readonly PatchStep[]): PatchStep[] {
  return undo.map((step) => (step.op === 'test' ? { ...step, value: valueAt(changed, step.path) } : step))
}

/** Renews the Lease, at most once a second. False when that is gone, or what was changed is no longer so: somebody else has put it back. */
function heldBy(
  { cluster, place, undo }: { cluster: Cluster; place: WorkloadPlace; undo: readonly PatchStep[] },
  renew: () => Promise<boolean>,
): () => Promise<boolean> {
  let renewedMs = Number.NEGATIVE_INFINITY
  return async () => {
    if (performance.now() - renewedMs < RENEW_EVERY_MS) return true
    if (!(await renew())) return false
    renewedMs = performance.now()
    return cluster.request<Workload>({ path: workloadPath(place), timeoutMs: READ_WITHIN_MS }).then(
      (now) => testsHold(now, undo),
      // What cannot be read now counts as it was.
      (error: unknown) => !isNotFound(error),
    )
  }
}

const READ_WITHIN_MS = 2_000

/** The error of a change that was not made: a test that fails and a policy that forbids it have the same status. */
async function whyRefused(
  error: unknown,
  { cluster, place, act }: { cluster: Cluster; place: WorkloadPlace; act: readonly PatchStep[] },
): Promise<unknown> {
  if (httpStatusOf(error) !== 422) return error
  const now = await readWorkload(cluster, place).catch(() => undefined)
  if (now !== undefined && testsHold(now, act)) return error
  return refused(`${workloadText(place)} was changed by somebody else at the same moment`, error)
}

function refused(message: string, cause?: unknown) {
  return faultErrors.error('FD_FAULT_REFUSED', { message, ...defined({ cause }) })
}

/** A Lease with the record, and a Job that watches it; both are removed again where that fails. */
async function watchedLease(
  { cluster, record, programs }: { cluster: Cluster; record: UndoRecord; programs: PodPrograms },
  signal: AbortSignal,
): Promise<string> {
  const { namespace } = record.workload
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
  return name
}

/** The change, with what it is for people who look at the workload, in one patch: a Deployment copies annotations to the ReplicaSet of the moment. */
function withHint({ metadata }: Workload, act: readonly unknown[], { fault, what }: UndoRecord): unknown[] {
  const key = UNDO_ANNOTATION.replace('/', '~1')
  const hint = `${fault} of Firedrill: ${what}; \`firedrill system undo\` puts it back`
  return [
    { op: 'test', path: '/metadata/uid', value: metadata.uid },
    ...act,
    metadata.annotations === undefined
      ? { op: 'add', path: '/metadata/annotations', value: { [UNDO_ANNOTATION]: hint } }
      : { op: 'add', path: `/metadata/annotations/${key}`, value: hint },
  ]
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
function refuseStuck({ workload, undo, fault }: UndoRecord, { spec }: Workload): void {
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

/** @throws FD_FAULT_REFUSED while another change of the same workload is in force */
async function refuseChanged(cluster: Cluster, place: WorkloadPlace): Promise<void> {
  const left = await leftIn(cluster, place.namespace)
  const same = left.find(({ record }) => record?.workload.name === place.name && record.workload.kind === place.kind)
  if (same === undefined) return
  throw faultErrors.error('FD_FAULT_REFUSED', {
    message: `${workloadText(place)} is changed already: ${same.record?.what}`,
    next: 'firedrill system undo',
  })
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
