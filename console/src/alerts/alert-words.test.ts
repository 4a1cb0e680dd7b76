import { describe, expect, it } from 'vitest'
import { aboutOf, boundText, labelsText, shareOf, summaryOf } from './alert-words.ts'

const condition = { expr: 'x', either: 0, holds: false }

describe('shareOf', () => {
  it.each([
    ['>', 10, 5, 0.5],
    ['>', 10, 20, 1],
    ['<', 10, 40, 0.25],
    ['<', 10, 0, 1],
    ['==', 1, 0, undefined],
    ['>', 0, 5, undefined],
    ['>', 10, null, undefined],
    ['>', 10, -1, undefined],
  ] as const)('of a value that fires at %s %d and is %s is %s', (operator, bound, value, share) => {
    expect(shareOf({ ...condition, operator, bound, value })).toBe(share)
  })
})

describe('the words of alerts', () => {
  it('say what is active, and leave out what is not', () => {
    expect(summaryOf([])).toBe('No alert is active.')
    expect(summaryOf([{ state: 'firing' }, { state: 'firing' }, { state: 'suppressed' }])).toBe(
      '2 alerts fire, 1 is held back.',
    )
    expect(summaryOf([{ state: 'pending' }])).toBe('1 alert is pending.')
  })

  it('name what an alert is about by its replica, or its service and objective', () => {
    expect(aboutOf({ service: 'store', instance: 'store-1' })).toBe('store-1')
    expect(aboutOf({ service: 'store', slo: 'latency' })).toBe('store latency')
    expect(aboutOf({})).toBe('')
  })

  it('write labels and bounds', () => {
    expect(labelsText({ a: '1', b: '2' })).toBe('a="1", b="2"')
    expect(boundText({ operator: '>=', bound: 1_000 })).toBe('from 1,000')
  })
})
