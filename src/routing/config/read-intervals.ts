import { defined } from '../../base/defined.ts'
import type { Path } from '../../base/files/file-problem.ts'
import type { Range, TimeInterval } from '../time-interval.ts'
import type { ConfigCheck } from './config-check.ts'
import { listOf, type Mapping, mappingOf, textOf, textsOf } from './plain-value.ts'
import { intervalSchema, timesSchema } from './routing-schema.ts'

/** The named time intervals of a configuration, in both places where they can stand. */
export function readIntervals(config: Mapping, check: ConfigCheck): Map<string, readonly TimeInterval[]> {
  const intervals = new Map<string, readonly TimeInterval[]>()
  for (const key of ['mute_time_intervals', 'time_intervals']) {
    for (const [index, given] of listOf(config[key]).entries()) {
      const path: Path = [key, index]
      if (!check.fits(intervalSchema, given, path)) continue
      const { name, time_intervals: parts } = mappingOf(given)
      if (intervals.has(textOf(name))) check.report([...path, 'name'], { message: `${textOf(name)} is there twice` })
      const read = listOf(parts).map((part, at) => readInterval(part, [...path, 'time_intervals', at], check))
      intervals.set(textOf(name), read)
    }
  }
  return intervals
}

function readInterval(given: unknown, path: Path, check: ConfigCheck): TimeInterval {
  check.fits(timesSchema, given, path)
  const part = mappingOf(given)
  const ranges = (key: keyof typeof kinds) =>
    part[key] === undefined
      ? undefined
      : textsOf(part[key]).flatMap((text, index) => readRange(text, kinds[key], { path: [...path, key, index], check }))
  return defined({
    times:
      part.times === undefined
        ? undefined
        : listOf(part.times).flatMap((time, index) => readTimes(mappingOf(time), [...path, 'times', index], check)),
    weekdays: ranges('weekdays'),
    daysOfMonth: ranges('days_of_month'),
    months: ranges('months'),
    years: ranges('years'),
    zone: part.location === undefined ? undefined : textOf(part.location),
  })
}

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']
const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
]

/** Where problems are reported. */
interface Place {
  path: Path
  check: ConfigCheck
}

/** How the ends of a range are read, and which there are. */
interface RangeKind {
  read(text: string): number | undefined
  isEnd(value: number): boolean
  expected: string
}

const numberOf = (text: string): number | undefined => (/^-?\d{1,6}$/.test(text) ? Number(text) : undefined)
const nameIn = (names: readonly string[], text: string, first: number): number | undefined => {
  const index = names.indexOf(text)
  return index < 0 ? undefined : index + first
}

const kinds = {
  weekdays: {
    read: (text) => nameIn(WEEKDAYS, text, 0),
    isEnd: () => true,
    expected: 'a day or two, from sunday to saturday: monday:friday',
  },
  days_of_month: {
    read: numberOf,
    isEnd: (day) => day !== 0 && Math.abs(day) <= 31,
    expected: 'days from 1 to 31, or from the end of the month: 1:5, -3:-1',
  },
  months: {
    read: (text) => nameIn(MONTHS, text, 1) ?? numberOf(text),
    isEnd: (month) => month >= 1 && month <= 12,
    expected: 'a month or two: january:march, 5',
  },
  years: { read: numberOf, isEnd: (year) => year > 0, expected: 'a year or two: 2026, 2026:2028' },
} as const satisfies Record<string, RangeKind>

function readRange(text: string, kind: RangeKind, { path, check }: Place): Range[] {
  const [first = '', second = first, third] = text.toLowerCase().split(':')
  const [from, to] = [kind.read(first), kind.read(second)]
  const isRange = from !== undefined && to !== undefined && third === undefined && kind.isEnd(from) && kind.isEnd(to)
  // Days that count from the end stand after the others, in a month of 28 days as well.
  const rank = (day: number) => (day < 0 ? day + 28 : day)
  if (isRange && rank(from) <= rank(to) && !(from < 0 && to > 0)) return [{ from, to }]
  check.report(path, {
    message: 'not a range',
    expected: `${kind.expected}; the first one before the second`,
    given: text,
  })
  return []
}

function readTimes(time: Mapping, path: Path, check: ConfigCheck): Range[] {
  const [from, to] = [minuteOf(textOf(time.start_time)), minuteOf(textOf(time.end_time))]
  if (from < to) return [{ from, to }]
  check.report(path, {
    message: 'ends before it begins',
    expected: 'start_time before end_time; over midnight takes two entries',
  })
  return []
}

function minuteOf(text: string): number {
  const [hours = 0, minutes = 0] = text.split(':').map(Number)
  return hours * 60 + minutes
}
