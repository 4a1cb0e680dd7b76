/** A time interval of Alertmanager: each list that is there must have an entry that fits. */
export interface TimeInterval {
  /** In minutes of the day; the end does not belong to it. */
  readonly times?: readonly Range[]
  /** From 0, Sunday, to 6. */
  readonly weekdays?: readonly Range[]
  /** Negative ones count from the end of the month: -1 is its last day. */
  readonly daysOfMonth?: readonly Range[]
  readonly months?: readonly Range[]
  readonly years?: readonly Range[]
  /** A name such as Europe/Berlin. Default: UTC. */
  readonly zone?: string
}

export interface Range {
  readonly from: number
  readonly to: number
}

/** Whether the moment, in epoch milliseconds, is in the interval. */
export function isWithin(interval: TimeInterval, atMs: number): boolean {
  const { times, weekdays, daysOfMonth, months, years, zone = 'UTC' } = interval
  const at = clockAt(atMs, zone)
  const days = new Date(Date.UTC(at.year, at.month, 0)).getUTCDate()
  const isIn = (ranges: readonly Range[] | undefined, value: number) =>
    ranges === undefined || ranges.some(({ from, to }) => value >= from && value <= to)
  const ofMonth = daysOfMonth?.flatMap(({ from, to }) => {
    const [first, last] = [from, to].map((day) => (day < 0 ? days + day + 1 : day)) as [number, number]
    return first > days ? [] : [{ from: first, to: Math.min(last, days) }]
  })
  const beforeEnd = times?.map(({ from, to }) => ({ from, to: to - 1 }))
  return (
    isIn(beforeEnd, at.minute) &&
    isIn(ofMonth, at.day) &&
    isIn(months, at.month) &&
    isIn(weekdays, at.weekday) &&
    isIn(years, at.year)
  )
}

/** What a clock and a calendar of that zone show; months count from 1. */
export interface ClockTime {
  year: number
  month: number
  day: number
  weekday: number
  /** Of the day. */
  minute: number
}

export function clockAt(atMs: number, zone: string): ClockTime {
  const parts = new Map(
    formatOf(zone)
      .formatToParts(atMs)
      .map(({ type, value }) => [type, Number(value)]),
  )
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0
  const [year, month, day] = [part('year'), part('month'), part('day')]
  const weekday = new Date(Date.UTC(year, month - 1, day)).getUTCDay()
  return { year, month, day, weekday, minute: part('hour') * 60 + part('minute') }
}

/** Whether there is such a zone. */
export function isZone(zone: string): boolean {
  try {
    formatOf(zone)
    return true
  } catch {
    return false
  }
}

/** To make one takes a tenth of a millisecond. */
const formats = new Map<string, Intl.DateTimeFormat>()
const MOST_FORMATS = 500

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone)
  if (known !== undefined) return known
  const numbers = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' } as const
  const made = new Intl.DateTimeFormat('en-US', { ...numbers, hourCycle: 'h23', timeZone: zone })
  if (formats.size >= MOST_FORMATS) formats.clear()
  formats.set(zone, made)
  return made
}
