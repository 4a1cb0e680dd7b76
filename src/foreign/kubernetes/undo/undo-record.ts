import { isObject } from '../../../base/is-object.ts'
import type { PatchStep } from '../../../faults/workload.ts'
import type { KubernetesObject } from '../../../kubernetes/objects.ts'
import { type WorkloadPlace, workloadKinds } from '../../../kubernetes/workload-place.ts'

/**
 * How a change of a workload is undone. It stands in a Lease in the namespace of the workload, which is made before anything is changed and
 * deleted after everything is put back: a Lease that is there is a change that is in force, or was left.
 */
export interface UndoRecord {
  /** Of the injection. */
  id: string
  fault: string
  workload: WorkloadPlace
  /** For people: "image of web: broken:1 instead of shop:4". */
  what: string
  /** Each begins with tests that what was changed is still so. */
  undo: readonly PatchStep[]
}

/** A Lease: the part that is used. */
export interface UndoLease extends KubernetesObject {
  spec: { holderIdentity?: string; leaseDurationSeconds?: number; renewTime?: string }
}

/** Label of each object that is made for an undo. */
export const UNDO_LABEL = 'firedrill.dev/undo'
/** Annotation of the Lease: the record. Of the workload, while it is changed: what was done to it, for people. */
export const UNDO_ANNOTATION = 'firedrill.dev/undo'
/** Annotation of the Lease: how much of the fault's time is left, in milliseconds, by the clock of its holder. */
export const LEFT_ANNOTATION = 'firedrill.dev/left-ms'
/** Annotation of the Lease: the pod that watches it, and undoes the change when it ends. */
export const ARMED_ANNOTATION = 'firedrill.dev/watched-by'

/** Of the group coordination.k8s.io: `v1` since Kubernetes 1.14. */
export const COORDINATION = '/apis/coordination.k8s.io/v1'

/** The record in a Lease; `undefined` where it has none that can be read. */
export function recordOf({ metadata }: UndoLease): UndoRecord | undefined {
  try {
    const read: unknown = JSON.parse(metadata.annotations?.[UNDO_ANNOTATION] ?? '')
    return isRecord(read) ? read : undefined
  } catch {
    return undefined
  }
}

function isRecord(value: unknown): value is UndoRecord {
  if (!isObject(value) || !isObject(value.workload) || !Array.isArray(value.undo)) return false
  const { kind, name, namespace } = value.workload
  const texts = [value.id, value.fault, value.what, name, namespace]
  if (!value.undo.every(isAllowed)) return false
  return (
    typeof kind === 'string' && Object.hasOwn(workloadKinds, kind) && texts.every((text) => typeof text === 'string')
  )
}

/**
 * Only what the faults change can be put back: a program that may write a Lease must not change anything else by the rights of those
 * who undo it.
 */
function isAllowed(step: unknown): boolean {
  if (!isObject(step) || typeof step.path !== 'string' || typeof step.op !== 'string') return false
  if (step.op === 'test' && step.path === '/metadata/uid') return true
  return ['test', 'replace', 'remove'].includes(step.op) && ALLOWED.test(step.path)
}

const ALLOWED = /^\/spec\/(replicas|template\/spec\/containers\/\d{1,3}\/(name|image|envFrom(\/\d{1,3})?))$/
