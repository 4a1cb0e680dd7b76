import { isDeepStrictEqual } from 'node:util'
import type { PatchStep } from '../../../../faults/workload.ts'

/** Whether every test of a JSON Patch holds for an object: those of an undo hold while what the fault has set is still so. Pure. */
export function testsHold(object: object, patch: readonly PatchStep[]): boolean {
  return patch.every((step) => step.op !== 'test' || isDeepStrictEqual(valueAt(object, step.path), step.value))
}

/** The value at a JSON Pointer (RFC 6901); `undefined` where there is none. */
export function valueAt(object: object, pointer: string): unknown {
  const keys = pointer.split('/').slice(1)
  return keys
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((value, key) => (isHolder(value) && Object.hasOwn(value, key) ? value[key] : undefined), object)
}

function isHolder(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
