import { messageOf } from '../base/errors.ts'
import { HttpError, httpErrors } from '../base/http-server.ts'
import { type Alert, toAlert } from './alert.ts'
import { alertJson, type DeliveryText, takeApart } from './delivery-text.ts'
import { KnownAlerts } from './known-alerts.ts'

const LIMITS = { alerts: 1_000, labels: 100, textLength: 4_096 }
/** Mistakes that are told of one delivery. */
const PROBLEMS = 10

/** What Alertmanager's webhook sends (version 4), as far as it is read. */
export interface Delivery {
  alerts: Alert[]
  /** Alertmanager's have a `groupKey`, a person's have none. */
  byHand: boolean
  /** Alerts of the group that were left out. */
  truncated: number
}

type Say = (pointer: string, message: string) => void

const known = new KnownAlerts()

/**
 * Reads the text of a delivery. What Alertmanager writes is taken apart first, and only alerts that are not known word for
 * word are parsed; anything else is parsed as a whole. @throws FD_HTTP_INVALID with all that is wrong
 */
export function readDeliveryText(text: string, receivedAtMs: number): Delivery {
  const parts = takeApart(text)
  try {
    if (parts !== undefined) return readParts(parts, receivedAtMs)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  return readDelivery(parse(text), receivedAtMs)
}

/**
 * Only the labels of alerts are required, so that a person can post a bare one by hand; other fields are let through unread.
 * @throws FD_HTTP_INVALID with all that is wrong
 */
export function readDelivery(body: unknown, receivedAtMs: number): Delivery {
  return check((say) => {
    const { alerts } = isObject(body) ? body : {}
    const envelope = readEnvelope(body, say)
    if (!Array.isArray(alerts)) say('/alerts', 'must be array')
    else if (alerts.length === 0) say('/alerts', TOO_MANY)
    return {
      ...envelope,
      alerts: readAll(Array.isArray(alerts) ? alerts : [], say, (one, index) =>
        readAlert(one, index, receivedAtMs, say),
      ),
    }
  })
}

function readParts({ envelope, alerts }: DeliveryText, receivedAtMs: number): Delivery {
  return check((say) => ({
    ...readEnvelope(JSON.parse(envelope), say),
    alerts: readAll(alerts, say, (text, index) => {
      const same = known.find(text)
      if (same !== undefined) return same
      const given: unknown = JSON.parse(alertJson(text))
      const alert = readAlert(given, index, receivedAtMs, say)
      // What was filled in with the time of arrival is another alert the next time.
      const { startsAt, endsAt } = given as Record<string, unknown>
      if (alert !== undefined && startsAt !== undefined && endsAt !== undefined) known.keep(text, alert)
      return alert
    }),
  }))
}

const TOO_MANY = `must have from 1 to ${LIMITS.alerts} items`

function readAll<T>(given: readonly T[], say: Say, read: (one: T, index: number) => Alert | undefined): Alert[] {
  const alerts: Alert[] = []
  if (given.length > LIMITS.alerts) {
    say('/alerts', TOO_MANY)
    return alerts
  }
  for (let index = 0; index < given.length; index++) {
    const alert = read(given[index] as T, index)
    if (alert !== undefined) alerts.push(alert)
  }
  return alerts
}

function readEnvelope(body: unknown, say: Say): Omit<Delivery, 'alerts'> {
  if (!isObject(body)) say('', 'must be object')
  const { groupKey, truncatedAlerts = 0 } = isObject(body) ? body : {}
  if (groupKey !== undefined && typeof groupKey !== 'string') say('/groupKey', 'must be string')
  if (!Number.isInteger(truncatedAlerts) || Number(truncatedAlerts) < 0)
    say('/truncatedAlerts', 'must be a whole number from 0')
  return { byHand: groupKey === undefined, truncated: Number(truncatedAlerts) }
}

function readAlert(alert: unknown, index: number, receivedAtMs: number, say: Say): Alert | undefined {
  let good = true
  const note: Say = (pointer, message) => {
    good = false
    say(`/alerts/${index}${pointer}`, message)
  }
  const { status = 'firing', labels, startsAt, endsAt } = isObject(alert) ? alert : {}
  if (!isObject(alert)) note('', 'must be object')
  else if (!isObject(labels)) note('/labels', 'must be object')
  else checkLabels(labels, note)
  if (status !== 'firing' && status !== 'resolved') note('/status', 'must be firing or resolved')
  const startsAtMs = readTime(startsAt, receivedAtMs, '/startsAt', note)
  // Of one that fires it is not known, whatever stands there.
  const firing = status === 'firing'
  const endsAtMs = firing ? receivedAtMs : readTime(endsAt, receivedAtMs, '/endsAt', note)
  return good ? toAlert(labels as Record<string, string>, startsAtMs, { firing, endsAtMs }) : undefined
}

function checkLabels(labels: Record<string, unknown>, say: Say): void {
  const names = Object.keys(labels)
  if (names.length > LIMITS.labels) say('/labels', `must have at most ${LIMITS.labels} properties`)
  for (const name of names.slice(0, LIMITS.labels)) {
    const value = labels[name]
    if (name === '__proto__' || name.length > LIMITS.textLength) say('/labels', 'has a name that no label has')
    else if (typeof value !== 'string') say(`/labels/${name}`, 'must be string')
    else if (value.length > LIMITS.textLength)
      say(`/labels/${name}`, `must have at most ${LIMITS.textLength} characters`)
  }
}

function check(read: (say: Say) => Delivery): Delivery {
  const problems: string[] = []
  const delivery = read((pointer, message) => {
    if (problems.length < PROBLEMS) problems.push(`/body${pointer} ${message}`)
  })
  if (problems.length === 0) return delivery
  throw new HttpError(400, httpErrors.error('FD_HTTP_INVALID', { message: problems.join('; ') }))
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const message = `the body is not JSON: ${messageOf(error)}`
    throw new HttpError(400, httpErrors.error('FD_HTTP_INVALID', { message }))
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function readTime(text: unknown, fallbackMs: number, at: string, say: Say): number {
  if (text === undefined) return fallbackMs
  const ms = typeof text === 'string' && /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(ms)) say(at, 'must be a time as in RFC 3339')
  return ms
}
