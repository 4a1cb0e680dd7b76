import { describe, expect, it } from 'vitest'
import type { ObjectiveView } from '../../../src/api/contract.ts'
import { budgetText, differenceText, eventsText, exhaustionText, nameOf, nearestLimit } from './objective-words.ts'

const objective: ObjectiveView = {
  id: 'store-availability',
  service: 'store',
  objective: 'availability',
  description: '',
  state: 'ok',
  targetPercent: 99.9,
  periodMs: 86_400_000,
  sliPercent: 99.95,
  budgetLeftPercent: 50,
  budgetLeftMs: 43_200,
  events: { total: 12_000, failed: 6, mayFail: 6 },
  burnRate: 0.5,
  exhaustedInMs: null,
  firing: [],
  burnRates: [
    { window: '5m', windowMs: 10_000, rate: 7.2 },
    { window: '1h', windowMs: 120_000, rate: 3.6 },
    { window: '6h', windowMs: 720_000, rate: 0.3 },
  ],
  limits: [
    { severity: 'page', factor: 14.4, short: '5m', long: '1h', budgetPercent: 2 },
    { severity: 'ticket', factor: 1, short: '6h', long: '3d', budgetPercent: 10 },
  ],
}

describe('the words of an objective', () => {
  it('name it with its group, and its budget as events', () => {
    expect(nameOf({ ...objective, group: { host: 'a' } })).toBe('store/availability {host="a"}')
    expect(eventsText(objective)).toBe('6 of 12,000 failed; 6 more may fail')
    expect(eventsText({ events: { total: 10, failed: 3, mayFail: -2 } })).toBe('3 of 10 failed; 2 too many')
    expect(eventsText({ events: null })).toBeUndefined()
  })

  it.each([
    [{}, 'It lasts for its whole period at this rate'],
    [{ burnRate: null }, 'No traffic at the moment'],
    [{ state: 'burning', exhaustedInMs: 90_000 }, 'Used up in 1 min 30 s at this rate'],
    [{ state: 'exhausted' }, 'The budget is used up'],
    [{ state: 'not enough data yet' }, 'Nothing is recorded yet'],
  ] as [Partial<ObjectiveView>, string][])('of %j say when it runs out: %s', (more, text) => {
    expect(exhaustionText({ ...objective, ...more })).toBe(text)
  })

  it('say what users saw that the service did not', () => {
    const users = { ...objective, sliPercent: 99.0, events: { total: 1_000, failed: 10, mayFail: 0 } }
    expect(differenceText(users, objective)).toBe(
      'Its users saw 10 of 1,000 requests fail; inside, 6 of 12,000 requests fail. The service does not see 0.950 points of what its users feel: a process that is dead counts nothing.',
    )
    expect(differenceText({ ...users, events: null, sliPercent: null }, objective)).toMatch(/^No request/)
  })

  it('find the limit that is the nearest: both of its windows must exceed it', () => {
    expect(nearestLimit(objective)).toEqual({ severity: 'page', share: 0.25 })
    expect(nearestLimit({ ...objective, limits: [] })).toBeUndefined()
  })
})

describe('budgetText', () => {
  it.each([
    [null, 'no figure yet'],
    [98.25, '98.2 %'],
    [0, '0 %'],
    [-40, 'overspent by 40 %'],
    [-19_805.2, 'spent 199 times over'],
  ])('of %s percent is "%s"', (budgetLeftPercent, text) => {
    expect(budgetText({ budgetLeftPercent })).toBe(text)
  })
})

it('names a group by its labels, as the history of an objective does', () => {
  expect(nameOf({ ...objective, group: { host: 'a', zone: 'b"c' } })).toBe(
    String.raw`store/availability {host="a", zone="b\"c"}`,
  )
})
