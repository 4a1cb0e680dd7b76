import { isDeepStrictEqual } from 'node:util'
import { isObject } from '../../../../base/is-object.ts'
import type { PatchStep } from '../../../../faults/workload.ts'
import { valueAt } from './tests-hold.ts'

/** Where the parts of an undo are by now. */

/** A test of what stands in a list at an index: of its name, or of all of it. */
const OF_ELEMENT = /^(.*)\/(\d+)(\/name)?$/

/**
 * The same patch for an object as it is now: what its tests say of an element of a list, by name or by value, is looked for in the whole
 * list, and every path through that element follows it. Somebody else may have put another container before it. What is not found keeps
 * its place, where the test then fails. Pure.
 */
export function placedIn(object: object, patch: readonly PatchStep[]): PatchStep[] {
  let steps = [...patch]
  for (const index of patch.keys()) {
    const moved = movedTo(object, steps[index])
    if (moved !== undefined) steps = steps.map((step) => ({ ...step, path: withPlace(step.path, moved) }))
  }
  return steps
}

interface Moved {
  from: string
  to: string
}

/** Where the element is that a test is about; `undefined` where it has not moved, or is not there. */
function movedTo(object: object, step: PatchStep | undefined): Moved | undefined {
  if (step?.op !== 'test') return undefined
  const [, list, at, name] = OF_ELEMENT.exec(step.path) ?? []
  const elements = list === undefined ? undefined : valueAt(object, list)
  if (!Array.isArray(elements)) return undefined
  const isWanted = (element: unknown) =>
    isDeepStrictEqual(name === undefined ? element : isObject(element) && element.name, step.value)
  if (isWanted(elements[Number(at)])) return undefined
  const found = elements.findIndex(isWanted)
  return found < 0 ? undefined : { from: `${list}/${at}`, to: `${list}/${found}` }
}

function withPlace(path: string, { from, to }: Moved): string {
  return path === from || path.startsWith(`${from}/`) ? `${to}${path.slice(from.length)}` : path
}
