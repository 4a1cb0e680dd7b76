import { usageErrors } from '../base/usage-errors.ts'
import { clockAt, isZone } from './time-interval.ts'

/**
 * A moment as a person names it, in epoch milliseconds: `sunday 03:00`, `03:00`, `2026-12-24 18:30`, each with the name of a time zone
 * after it or in UTC, as Alertmanager counts. A weekday or a time alone is the next one from `nowMs` on. @throws FD_USAGE
 */
export function momentOf(text: string, nowMs: number, where = '--at'): number {
  const [, day = '', hours = '', minutes = '', written = 'UTC'] = MOMENT.exec(text.trim()) ?? []
  const zone = written.toUpperCase() === 'Z' ? 'UTC' : written
  const minute = Number(hours) * 60 + Number(minutes)
  if (hours === '' || minute >= 1_440 || Number(minutes) > 59 || !isZone(zone)) throw notAMoment(text, where)
  if (/^\d/.test(day)) {
    const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
    const at = inZone({ year, month, day: date, minute }, zone)
    const read = clockAt(at, zone)
    if (read.month !== month || read.day !== date) throw notAMoment(text, where)
    return at
  }
  const wanted = day === '' ? undefined : WEEKDAYS.indexOf(day.toLowerCase().slice(0, 3))
  const from = clockAt(nowMs, zone)
  // A week and a day: today may be over.
  for (let later = 0; later <= 7; later += 1) {
    const at = inZone({ year: from.year, month: from.month, day: from.day + later, minute }, zone)
    if (at >= nowMs && (wanted === undefined || clockAt(at, zone).weekday === wanted)) return at
  }
  throw notAMoment(text, where)
}

const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']
const MOMENT =
  /^(?:(sun(?:day)?|mon(?:day)?|tue(?:sday)?|wed(?:nesday)?|thu(?:rsday)?|fri(?:day)?|sat(?:urday)?|\d{4}-\d\d-\d\d)[ T])?(\d\d):(\d\d)(?: ?(Z|[A-Za-z_]+(?:\/[\w+-]+)*))?$/i

/** The moment at which a clock of that zone shows it. */
function inZone(
  { year, month, day, minute }: { year: number; month: number; day: number; minute: number },
  zone: string,
): number {
  const asUtc = Date.UTC(year, month - 1, day, 0, minute)
  const shown = (atMs: number) => {
    const at = clockAt(atMs, zone)
    return Date.UTC(at.year, at.month - 1, at.day, 0, at.minute)
  }
  const guess = asUtc - (shown(asUtc) - asUtc)
  // The offset may differ between the guess and the moment.
  return guess - (shown(guess) - asUtc)
}

function notAMoment(given: string, where: string) {
  return usageErrors.error('FD_USAGE', {
    message: 'not a moment',
    where,
    expected: 'a day and a time, in UTC or with a time zone: "sunday 03:00", "2026-12-24 18:30 Europe/Berlin"',
    given,
  })
}
