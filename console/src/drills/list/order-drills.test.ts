import { expect, it } from 'vitest'
import type { DrillOutline } from '../../../../src/api/contract/drills/drills.ts'
import { filterDrills, orderDrills } from './order-drills.ts'

const drill = (name: string, verdict?: string, startedAtMs = 0) =>
  ({
    name,
    title: `Title of ${name}`,
    faults: [`fault-${name}`],
    targets: ['store'],
    alerts: ['ServiceDown'],
    last: verdict === undefined ? null : { verdict, startedAtMs },
  }) as unknown as DrillOutline

const names = (drills: readonly DrillOutline[]) => drills.map(({ name }) => name)

it('what deviated comes first, what never ran last, and the latest first among equals', () => {
  const drills = [
    drill('never-b'),
    drill('never-a'),
    drill('held-old', 'held', 1),
    drill('held-new', 'held', 2),
    drill('bad', 'deviated'),
    drill('unclear', 'inconclusive'),
  ]
  expect(names(orderDrills(drills))).toEqual(['bad', 'unclear', 'held-new', 'held-old', 'never-a', 'never-b'])
})

it.each([
  ['', null, ['a', 'b']],
  ['STORE title', null, ['a', 'b']],
  ['fault-a', null, ['a']],
  ['servicedown', 'held', ['b']],
  ['', 'never run', ['a']],
  ['nothing', null, []],
] as const)('the filter %j with %j leaves %j', (filter, verdict, left) => {
  expect(names(filterDrills([drill('a'), drill('b', 'held')], filter, verdict))).toEqual(left)
})
