import { describe, expect, it } from 'vitest'
import { isWithin, type TimeInterval } from './time-interval.ts'

const range = (from: number, to = from) => [{ from, to }]
// 29 November 2026 is a Sunday.
const cases: [string, TimeInterval, [string, boolean][]][] = [
  ['without any list', {}, [['2026-11-29T03:00', true]]],
  [
    'of hours, without their end',
    { times: range(180, 240) },
    [
      ['2026-11-29T02:59', false],
      ['2026-11-29T03:00', true],
      ['2026-11-29T03:59', true],
      ['2026-11-29T04:00', false],
    ],
  ],
  [
    'of weekdays',
    { weekdays: range(1, 5) },
    [
      ['2026-11-29T12:00', false],
      ['2026-11-30T12:00', true],
    ],
  ],
  [
    'of the last days of a month',
    { daysOfMonth: range(-2, -1) },
    [
      ['2026-11-28T12:00', false],
      ['2026-11-29T12:00', true],
      ['2026-02-28T12:00', true],
      ['2028-02-28T12:00', true],
      ['2028-02-27T12:00', false],
    ],
  ],
  [
    'of days that not every month has',
    { daysOfMonth: range(29, 31) },
    [
      ['2026-02-28T12:00', false],
      ['2026-11-30T12:00', true],
    ],
  ],
  [
    'of months and years',
    { months: range(11, 12), years: range(2026) },
    [
      ['2026-11-29T12:00', true],
      ['2026-10-29T12:00', false],
      ['2027-11-29T12:00', false],
    ],
  ],
  [
    'that must fit in each list',
    { weekdays: range(0), times: range(0, 60) },
    [
      ['2026-11-29T00:30', true],
      ['2026-11-29T01:30', false],
    ],
  ],
  ['with an empty list', { weekdays: [] }, [['2026-11-29T00:30', false]]],
  [
    'in a time zone',
    { weekdays: range(0), times: range(0, 60), zone: 'Asia/Tokyo' },
    [
      ['2026-11-28T15:30', true],
      ['2026-11-29T00:30', false],
    ],
  ],
]

describe('a time interval', () => {
  it.each(cases)('%s holds the moments that are in it', (_, interval, moments) => {
    const seen = moments.map(([text]) => [text, isWithin(interval, Date.parse(`${text}:00Z`))])
    expect(seen).toEqual(moments)
  })
})
