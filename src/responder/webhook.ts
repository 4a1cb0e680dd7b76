import { HttpError, httpErrors } from '../base/http-server.ts'
import { type Alert, toAlert } from './alert.ts'
import { KnownAlerts, keyOf } from './known-alerts.ts'

const LIMITS = { alerts: 1_000, labels: 100, textLength: 4_096, startLength: 64 }
/** Mistakes that are told of one delivery. */
const PROBLEMS = 10

/**
 * What Alertmanager's webhook sends (version 4), as far as it is read. Only the labels of alerts are required, so that a
 * person can post a bare one by hand; other fields are let through unread.
 */
export interface Webhook {
  alerts: readonly { status?: string; labels: Record<string, string>; startsAt?: string; endsAt?: string }[]
  /** Alertmanager's; a person's delivery has none. */
  groupKey?: string
  /** Alerts of the group that were left out. */
  truncatedAlerts?: number
}

export interface Delivery {
  alerts: Alert[]
  byHand: boolean
  truncated: number
}

type Say = (pointer: string, message: string) => void

const known = new KnownAlerts()

/**
 * Checks and reads a delivery in one pass. By hand: most of what arrives in a storm is known already, and a general validator
 * costs more than all the rest. @throws FD_HTTP_INVALID with all that is wrong
 */
export function readDelivery(body: unknown, receivedAtMs: number): Delivery {
  const problems: string[] = []
  const say: Say = (pointer, message) => {
    if (problems.length < PROBLEMS) problems.push(`/body${pointer} ${message}`)
  }
  const given = isObject(body) ? body : {}
  if (!isObject(body)) say('', 'must be object')
  const { groupKey, truncatedAlerts = 0, alerts } = given
  if (groupKey !== undefined && typeof groupKey !== 'string') say('/groupKey', 'must be string')
  if (!Number.isInteger(truncatedAlerts) || Number(truncatedAlerts) < 0)
    say('/truncatedAlerts', 'must be a whole number from 0')
  const read: Alert[] = []
  if (!Array.isArray(alerts)) say('/alerts', 'must be array')
  else if (alerts.length === 0 || alerts.length > LIMITS.alerts)
    say('/alerts', `must have from 1 to ${LIMITS.alerts} items`)
  else {
    for (let index = 0; index < alerts.length; index++) {
      const alert = readAlert(alerts[index], index, receivedAtMs, say)
      if (alert !== undefined) read.push(alert)
    }
  }
  if (problems.length > 0)
    throw new HttpError(400, httpErrors.error('FD_HTTP_INVALID', { message: problems.join('; ') }))
  return { alerts: read, byHand: groupKey === undefined, truncated: Number(truncatedAlerts) }
}

/** The alerts alone. */
export function readAlerts(webhook: Webhook, receivedAtMs: number): Alert[] {
  return readDelivery(webhook, receivedAtMs).alerts
}

function readAlert(alert: unknown, index: number, receivedAtMs: number, say: Say): Alert | undefined {
  const given = isObject(alert) ? alert : {}
  const { status = 'firing', labels, startsAt, endsAt } = given
  // What is known was checked when it was first read.
  const key =
    typeof startsAt === 'string' && startsAt.length <= LIMITS.startLength && isObject(labels)
      ? keyOf(startsAt, labels)
      : undefined
  const same = key === undefined ? undefined : known.find(key)
  if (same !== undefined && status === 'firing') return same
  const at = `/alerts/${index}`
  let good = true
  const note: Say = (pointer, message) => {
    good = false
    say(pointer, message)
  }
  if (!isObject(alert)) note(at, 'must be object')
  else if (!isObject(labels)) note(`${at}/labels`, 'must be object')
  else if (same === undefined) checkLabels(labels, `${at}/labels`, note)
  if (status !== 'firing' && status !== 'resolved') note(`${at}/status`, 'must be firing or resolved')
  const startsAtMs = readTime(startsAt, receivedAtMs, `${at}/startsAt`, note)
  // Of one that fires it is not known, whatever stands there.
  const firing = status === 'firing'
  const endsAtMs = firing ? receivedAtMs : readTime(endsAt, receivedAtMs, `${at}/endsAt`, note)
  if (!good) return undefined
  if (same !== undefined) return { ...same, firing, endsAtMs }
  const made = toAlert(labels as Record<string, string>, startsAtMs, { firing, endsAtMs })
  if (key !== undefined) known.keep(key, { ...made, firing: true })
  return made
}

function checkLabels(labels: Record<string, unknown>, at: string, say: Say): void {
  const names = Object.keys(labels)
  if (names.length > LIMITS.labels) say(at, `must have at most ${LIMITS.labels} properties`)
  for (const name of names.slice(0, LIMITS.labels)) {
    const value = labels[name]
    if (name === '__proto__' || name.length > LIMITS.textLength) say(at, 'has a name that no label has')
    else if (typeof value !== 'string') say(`${at}/${name}`, 'must be string')
    else if (value.length > LIMITS.textLength) say(`${at}/${name}`, `must have at most ${LIMITS.textLength} characters`)
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
