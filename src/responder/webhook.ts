import { HttpError, httpErrors } from '../base/http-server.ts'
import { AlertIds } from './alert-ids.ts'

const LIMITS = { alerts: 1_000, labels: 100, valueLength: 4_096 }
/** Mistakes that are told of one delivery. */
const PROBLEMS = 10

/**
 * What Alertmanager's webhook sends (version 4), as far as it is read. Only the labels of alerts are required, so that a
 * person can post a bare one by hand; other fields are let through unread.
 */
export interface Webhook {
  /** Alertmanager's; a person's delivery has none. */
  groupKey?: string
  /** Alerts of the group that were left out. */
  truncatedAlerts?: number
  alerts: readonly WebhookAlert[]
}

interface WebhookAlert {
  status?: 'firing' | 'resolved'
  labels: Record<string, string>
  startsAt?: string
  endsAt?: string
}

/** One alert of a delivery, with what was left out filled in. Times are epoch milliseconds. */
export interface Alert {
  /** The same for every delivery about the same alert since the same start. */
  incident: string
  firing: boolean
  name: string
  labels: Record<string, string>
  startsAtMs: number
  endsAtMs: number
}

/** Checked by hand: by far the most of what arrives in a storm is known already, and a general validator costs more than all the rest. */
export function checkWebhook(body: unknown): Webhook {
  const problems: string[] = []
  const say = (pointer: string, message: string) => {
    if (problems.length < PROBLEMS) problems.push(`/body${pointer} ${message}`)
  }
  if (!isObject(body)) say('', 'must be object')
  else {
    const { groupKey, truncatedAlerts, alerts } = body
    if (groupKey !== undefined && typeof groupKey !== 'string') say('/groupKey', 'must be string')
    if (truncatedAlerts !== undefined && !(Number.isInteger(truncatedAlerts) && Number(truncatedAlerts) >= 0))
      say('/truncatedAlerts', 'must be a whole number')
    if (!Array.isArray(alerts)) say('/alerts', 'must be array')
    else if (alerts.length === 0 || alerts.length > LIMITS.alerts)
      say('/alerts', `must have from 1 to ${LIMITS.alerts} items`)
    else for (let index = 0; index < alerts.length; index++) checkAlert(alerts[index], index, say)
  }
  if (problems.length === 0) return body as Webhook
  throw new HttpError(400, httpErrors.error('FD_HTTP_INVALID', { message: problems.join('; ') }))
}

function checkAlert(alert: unknown, index: number, say: (pointer: string, message: string) => void): void {
  const at = `/alerts/${index}`
  if (!isObject(alert)) {
    say(at, 'must be object')
    return
  }
  const { status, labels, startsAt, endsAt } = alert
  if (status !== undefined && status !== 'firing' && status !== 'resolved')
    say(`${at}/status`, 'must be firing or resolved')
  if (startsAt !== undefined && !isTime(startsAt)) say(`${at}/startsAt`, 'must be a time as in RFC 3339')
  if (endsAt !== undefined && !isTime(endsAt)) say(`${at}/endsAt`, 'must be a time as in RFC 3339')
  if (!isObject(labels)) {
    say(`${at}/labels`, 'must be object')
    return
  }
  let count = 0
  for (const name in labels) {
    const value = labels[name]
    count++
    if (typeof value !== 'string') say(`${at}/labels/${name.slice(0, 100)}`, 'must be string')
    else if (value.length > LIMITS.valueLength)
      say(`${at}/labels/${name.slice(0, 100)}`, `must have at most ${LIMITS.valueLength} characters`)
    else if (name.length > LIMITS.valueLength)
      say(`${at}/labels`, `must have names of at most ${LIMITS.valueLength} characters`)
  }
  if (count > LIMITS.labels) say(`${at}/labels`, `must have at most ${LIMITS.labels} properties`)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isTime(value: unknown): boolean {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d/.test(value) && !Number.isNaN(Date.parse(value))
}

const ids = new AlertIds()

export function readAlerts(webhook: Pick<Webhook, 'alerts'>, receivedAtMs: number): Alert[] {
  return webhook.alerts.map(({ status, labels, startsAt, endsAt }) => {
    const startsAtMs = startsAt === undefined ? receivedAtMs : Date.parse(startsAt)
    const firing = status !== 'resolved'
    // Of one that fires it is not known, whatever stands there.
    const endsAtMs = firing || endsAt === undefined ? receivedAtMs : Date.parse(endsAt)
    return toAlert(labels, startsAtMs, { firing, endsAtMs })
  })
}

export function toAlert(
  labels: Record<string, string>,
  startsAtMs: number,
  more: { firing: boolean; endsAtMs: number },
): Alert {
  return {
    incident: ids.of(labels, startsAtMs),
    name: labels.alertname ?? 'unnamed',
    labels,
    startsAtMs,
    firing: more.firing,
    endsAtMs: more.endsAtMs,
  }
}
