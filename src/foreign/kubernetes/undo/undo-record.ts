import { isObject } from '../../../base/is-object.ts'
import type { PatchStep } from '../../../faults/workload.ts'
import type { KubernetesObject } from '../../../kubernetes/objects.ts'
import { type ChangedKind, type ChangedObject, isChangedKind } from './changed-object.ts'

/**
 * How a change of an object is undone. It stands in a Lease in the namespace of the object, which is made before anything is changed and
 * deleted after everything is put back: a Lease that is there is a change that is in force, or was left.
 */
export interface UndoRecord {
  /** Of the injection. */
  id: string
  fault: string
  object: ChangedObject
  /** For people: "image of web: broken:1 instead of shop:4". */
  what: string
  /**
   * A patch that begins with tests that what was changed is still so, and whose containers are found by the names that it tests;
   * `delete`: the fault has made the object.
   */
  undo: readonly PatchStep[] | 'delete'
}

/** A Lease: the part that is used. */
export interface UndoLease extends KubernetesObject {
  spec: { holderIdentity?: string; leaseDurationSeconds?: number; renewTime?: string }
}

/** Label of each object that is made for an undo. */
export const UNDO_LABEL = 'firedrill.dev/undo'
/** Label of the pod that a Service sends to while a fault harms it: its value is the id of the injection. */
export const PROXY_LABEL = 'firedrill.dev/proxy'
/** What begins the name of an object that a fault makes, and an undo deletes. */
export const MADE_PREFIX = 'firedrill-deny-'
/** Annotation of the Lease: the record. Of the object, while it is changed: what was done to it, for people. */
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
  if (!isObject(value) || !isObject(value.object)) return false
  const { kind, name, namespace } = value.object
  const texts = [value.id, value.fault, value.what, name, namespace]
  if (!texts.every((text) => typeof text === 'string') || !isChangedKind(kind)) return false
  return isAllowed(kind, String(name), value.undo)
}

/**
 * Only what the faults change can be put back: a program that may write a Lease must not change anything else by the rights of those
 * who undo it. Of a Service that is the selector, and only while it selects a proxy of ours.
 */
function isAllowed(kind: ChangedKind, name: string, undo: unknown): boolean {
  if (kind === 'networkpolicy') return undo === 'delete' && name.startsWith(MADE_PREFIX)
  if (!Array.isArray(undo) || !undo.every((step) => isStepOn(step, kind === 'service' ? SELECTOR : WORKLOAD)))
    return false
  if (!undo.every((step, index) => isGuarded(step, undo.slice(0, index)))) return false
  return kind !== 'service' || isOfProxy(undo.find(({ path }) => path === '/spec/selector'))
}

/** What changes something stands behind a test of the same place, in a container also of its name: what is there instead stays. */
function isGuarded({ op, path }: PatchStep, before: readonly PatchStep[]): boolean {
  const isTested = (wanted: string) => before.some((step) => step.op === 'test' && step.path === wanted)
  const [container] = CONTAINER.exec(path) ?? []
  if (op === 'test') return true
  return isTested(path) && (container === undefined || (isTested(`${container}/name`) && !path.endsWith('/name')))
}

function isStepOn(step: unknown, paths: RegExp): boolean {
  if (!isObject(step) || typeof step.path !== 'string' || typeof step.op !== 'string') return false
  if (step.op === 'test' && step.path === '/metadata/uid') return true
  return ['test', 'replace', 'remove'].includes(step.op) && paths.test(step.path)
}

/** Whether the first thing that is done about the selector is a test that it is one of ours. */
function isOfProxy(step: unknown): boolean {
  if (!isObject(step) || step.op !== 'test' || !isObject(step.value)) return false
  return Object.keys(step.value).join() === PROXY_LABEL
}

const WORKLOAD = /^\/spec\/(replicas|template\/spec\/containers\/\d{1,3}\/(name|image|envFrom(\/\d{1,3})?))$/
const CONTAINER = /^\/spec\/template\/spec\/containers\/\d{1,3}/
const SELECTOR = /^\/spec\/selector$/
