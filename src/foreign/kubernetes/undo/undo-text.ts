import { isObject } from '../../../base/is-object.ts'
import type { PatchStep } from '../../../faults/workload.ts'

/** What an undo changes, from what to what, for people: "replicas from 1 to 2", "image of web from broken:1 to shop:4". Pure. */
export function undoText(undo: readonly PatchStep[]): string {
  const testedAt = (path: string) =>
    undo.flatMap((step) => (step.op === 'test' && step.path === path ? [step.value] : []))
  return undo
    .flatMap((step) => {
      if (step.op === 'remove') return [`${partOf(step.path, testedAt)} without what the fault had added`]
      if (step.op !== 'replace') return []
      const [before] = testedAt(step.path)
      const from = before === undefined ? '' : ` from ${valueText(before)}`
      return [`${partOf(step.path, testedAt)}${from} to ${valueText(step.value)}`]
    })
    .join(', ')
}

/** The part of an object that a path leads to: "replicas", "image of web". */
function partOf(path: string, testedAt: (path: string) => unknown[]): string {
  const [, container, key = ''] = /^(\/spec\/template\/spec\/containers\/\d+)\/(\w+)/.exec(path) ?? []
  if (container === undefined) return path.split('/').at(-1) ?? path
  const [name] = testedAt(`${container}/name`)
  const part = key === 'envFrom' ? 'environment' : key
  return typeof name === 'string' ? `${part} of ${name}` : part
}

/** Labels as they are typed; a text or a number as it is. */
function valueText(value: unknown): string {
  if (!isObject(value)) return String(value)
  return Object.entries(value)
    .map(([name, one]) => `${name}=${String(one)}`)
    .join(',')
}
