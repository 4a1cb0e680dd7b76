import { describe, expect, it } from 'vitest'
import { defined } from '../../base/defined.ts'
import type { Repair } from '../incident/record.ts'
import type { Guards } from '../policy/policy.ts'
import { limitsUsedUp } from './limits.ts'

const GUARDS: Guards = {
  cooldownMs: 0,
  perTarget: { actions: 2, windowMs: 10_000 },
  overall: { actions: 4, windowMs: 5_000 },
  quorum: {},
}

/** Repairs of a target that ended then; one of no end is under way. */
const repairs = (service: string, target: string, ...ends: (number | undefined)[]): Repair[] =>
  ends.map((endedAtMs, seq) => ({
    seq,
    incident: 'i',
    service,
    target,
    atMs: 0,
    ...defined({ endedAtMs }),
  }))
const usedUp = (list: Repair[], nowMs: number) =>
  limitsUsedUp({ repairs: list, guards: GUARDS, nowMs }).map(
    ({ guard, target, untilMs }) => `${guard} ${target} ${untilMs}`,
  )

describe('limits that are used up', () => {
  it.each([
    ['nothing was repaired', [], []],
    ['fewer than are allowed', repairs('store', 'store-1', 9_000), []],
    [
      'as many: until the first of them is forgotten',
      repairs('store', 'store-1', 4_000, 9_000),
      ['target_limit store-1 14000'],
    ],
    [
      'more: until enough of them are',
      repairs('store', 'store-1', 3_000, 4_000, 9_000),
      ['target_limit store-1 14000'],
    ],
    ['one is forgotten already', repairs('store', 'store-1', 0, 9_000), []],
    [
      'one is under way: it may end at any time',
      repairs('store', 'store-1', 4_000, undefined),
      ['target_limit store-1 14000'],
    ],
    [
      'one of a replica and one of its service count for both',
      [...repairs('store', 'store-1', 6_000), ...repairs('store', 'store', 7_000)],
      ['target_limit store-1 16000', 'target_limit store 16000'],
    ],
    ['all together', ['a', 'b', 'c', 'd'].flatMap((name) => repairs(name, name, 8_000)), ['overall_limit * 13000']],
    [
      'all together, and a target that is over its own limit as well',
      repairs('a', 'a', 8_000, 8_000, 8_000, 9_000),
      ['target_limit a 18000', 'overall_limit * 13000'],
    ],
  ])('%s', (_, list, expected) => {
    expect(usedUp(list, 10_000)).toEqual(expected)
  })

  it('allows one more at the very moment that it names', () => {
    const list = repairs('store', 'store-1', 4_000, 9_000)
    expect(usedUp(list, 13_999)).toHaveLength(1)
    expect(usedUp(list, 14_000)).toEqual([])
  })
})
