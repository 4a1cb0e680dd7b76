import { expect, it } from 'vitest'
import type { FaultHost } from '../../faults/needs.ts'
import { faultCatalog, findFault } from './fault-catalog.ts'

/** A stack of three parts, of which one takes faults inside. Nothing can be scaled. */
const host: FaultHost = {
  runtime: 'fake',
  capabilities: { canKill: true, canPause: true, canScale: false },
  inside: ['store'],
  rules: ['prometheus'],
}
const parts = ['store', 'postgres', 'prometheus']
const targetsOf = (name: string) => faultCatalog({ host, parts }).faults.find((fault) => fault.name === name)?.targets

it.each([
  ['kill', parts],
  ['latency', ['store']],
  ['scale', []],
  ['failing-rule', ['prometheus']],
  ['no-op', parts],
])('%s can be aimed at %j', (name, targets) => {
  expect(targetsOf(name)).toEqual(targets)
})

it('names no targets without a stack', () => {
  expect(faultCatalog().faults.every((fault) => !('targets' in fault))).toBe(true)
})

it('finds no fault by a name of JavaScript, and says which one is near', () => {
  expect(() => findFault('constructor')).toThrow(expect.objectContaining({ code: 'FD_FAULT_UNKNOWN' }))
  expect(() => findFault('latancy')).toThrow(
    expect.objectContaining({ details: expect.objectContaining({ next: expect.stringContaining('latency') }) }),
  )
})
