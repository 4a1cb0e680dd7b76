import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { isDeepStrictEqual } from 'node:util'
import { faultErrors } from '../../../faults/errors.ts'
import type { HeldChange, WorkloadChange } from '../../../faults/workload.ts'
import { type Cluster, httpStatusOf, isNotFound } from '../../../kubernetes/cluster.ts'
import type { Workload } from '../../../kubernetes/objects.ts'
import { resourcePath } from '../../../kubernetes/paths.ts'
import { type WorkloadPlace, workloadKinds, workloadPath, workloadText } from '../../../kubernetes/workload-place.ts'
import type { PodPrograms } from '../../file/kubernetes/pod-programs.ts'
import { readWorkload } from '../workload.ts'
import { carryOut, removeLease } from './carry-out.ts'
import { leftIn } from './left-behind.ts'
import { undoJob, undoLabels } from './undo-job.ts'
import { COORDINATION, LEFT_ANNOTATION, UNDO_ANNOTATION, type UndoLease, type UndoRecord } from './undo-record.ts'
import { untilWatched } from './until-watched.ts'

/** Changes of a workload that are undone also when this process ends. */

/** The lease is renewed at most so often, in milliseconds. */
const RENEW_EVERY_MS = 1_000

export interface ChangePlace {
  cluster: Cluster
  workload: WorkloadPlace
  /** The container of its pods that counts. Default: the first one. */
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
  const { act, undo, what } = change.patches(describe(before, place, container))
  const record: UndoRecord = { id, fault: change.fault, workload: place, what, undo }
  refuseStuck(record)
  await refuseChanged(cluster, place)
  const lease = await watchedLease({ cluster, record, programs }, signal)
  try {
    await cluster.request({
      method: 'PATCH',
      path: workloadPath(place),
      patch: 'json',
      body: withHint(before, act, record),
    })
  } catch (error) {
    // Perhaps it has been changed all the same, and only the answer is missing: then this puts it back.
    await carryOut(cluster, record, lease)
    if (httpStatusOf(error) !== 422) throw error
    throw faultErrors.error('FD_FAULT_REFUSED', {
      message: `${workloadText(place)} was changed by somebody else at the same moment`,
      cause: error,
    })
  }
  const changedAtMs = Date.now()
  const endsMs = performance.now() + forMs
  const renew = renewal(cluster, { namespace: place.namespace, lease }, () =>
    Math.max(0, Math.round(endsMs - performance.now())),
  )
  await renew().catch(() => true)
  const putBack = async () => {
    const undone = await carryOut(cluster, record, lease)
    if (!undone.changed) return undone
    const now = await readWorkload(cluster, place).catch(() => undefined)
    const isExact = now !== undefined && isDeepStrictEqual(now.spec.template, before.spec.template)
    return { ...undone, detail: `${undone.detail}${isExact ? ', and it has exactly the template of before' : ''}` }
  }
  return { what, changedAtMs, renew, undo: once(putBack) }
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

function renewal(
  cluster: Cluster,
  { namespace, lease }: { namespace: string; lease: string },
  leftMs: () => number,
): () => Promise<boolean> {
  let renewedMs = Number.NEGATIVE_INFINITY
  return async () => {
    if (performance.now() - renewedMs < RENEW_EVERY_MS) return true
    const body = {
      metadata: { annotations: { [LEFT_ANNOTATION]: String(leftMs()) } },
      spec: { renewTime: microTime() },
    }
    try {
      const path = resourcePath({ api: COORDINATION, namespace, resource: 'leases', name: lease })
      await cluster.request({ method: 'PATCH', path, body, timeoutMs: 2_000 })
      renewedMs = performance.now()
      return true
    } catch (error) {
      if (isNotFound(error)) return false
      throw error
    }
  }
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
function refuseStuck({ workload, undo, fault }: UndoRecord): void {
  if (workload.kind !== 'statefulset' || !undo.some(({ path }) => path.startsWith('/spec/template'))) return
  throw faultErrors.error('FD_FAULT_REFUSED', {
    message: `${fault} is not done to a StatefulSet: it waits for a pod that never gets ready, also after the template is put back`,
    given: workloadText(workload),
    expected: 'a Deployment or a DaemonSet',
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

/** A time as Leases have it: with microseconds. */
function microTime(): string {
  return new Date().toISOString().replace('Z', '000Z')
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
