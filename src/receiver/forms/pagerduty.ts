import { defined } from '../../base/defined.ts'
import { isObject } from '../../base/is-object.ts'
import { keepLabels } from '../../responder/webhook/labels.ts'
import type { Notice } from '../notice.ts'

/**
 * What Alertmanager's PagerDuty receiver posts: an event of the Events API, version 2 or 1. With the default details it lists
 * every alert of the group: as JSON, older Alertmanagers as a text with the labels. Where its user has changed them, the texts are kept.
 */
export function readPagerduty(body: unknown): Notice[] {
  if (!isObject(body)) return []
  const action = body.event_action ?? body.event_type
  if (action !== 'trigger' && action !== 'resolve') return []
  const payload = isObject(body.payload) ? body.payload : {}
  const details = [payload.custom_details, body.details].find(isObject) ?? {}
  const firing = alertsIn(details.firing)
  const ended = alertsIn(details.resolved)
  const key = `pagerduty\n${textOf(body.dedup_key ?? body.incident_key).slice(0, LONGEST_KEY)}`
  const notices = [
    ...firing.map((alert) => noticeOf(key, alert, true)),
    ...ended.map((alert) => noticeOf(key, alert, false)),
  ]
  if (notices.length > 0) return notices
  const said = [payload.summary, body.description, ...Object.values(details)]
  const text = said.map(textOf).filter((one) => one !== '')
  return [{ form: 'pagerduty', key, firing: action === 'trigger', text: text.join('\n').slice(0, LONGEST) }]
}

const LONGEST = 4_000
/** PagerDuty takes no longer one. */
const LONGEST_KEY = 255
const MOST_ALERTS = 1_000

function noticeOf(key: string, { labels, startsAtMs, endsAtMs }: ListedAlert, firing: boolean): Notice {
  const own = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))
  const { alertname = 'unnamed' } = labels
  return {
    form: 'pagerduty',
    key: `${key}\n${startsAtMs ?? ''}\n${JSON.stringify(own)}`,
    firing,
    alertname,
    labels,
    ...defined({ startsAtMs, endsAtMs: firing ? undefined : endsAtMs }),
  }
}

/** What a detail says of one alert. */
interface ListedAlert {
  labels: Record<string, string>
  startsAtMs?: number
  endsAtMs?: number
}

/** The alerts in a detail. */
function alertsIn(detail: unknown): ListedAlert[] {
  const list = Array.isArray(detail) ? detail : listIn(textOf(detail))
  return list === undefined ? alertsInText(textOf(detail)) : list.slice(0, MOST_ALERTS).flatMap(listedAlert)
}

/** A text that is a list in JSON. */
function listIn(text: string): unknown[] | undefined {
  if (!text.trimStart().startsWith('[')) return undefined
  try {
    const list: unknown = JSON.parse(text)
    return Array.isArray(list) ? list : undefined
  } catch {
    return undefined
  }
}

function listedAlert(alert: unknown): ListedAlert[] {
  if (!isObject(alert) || !isObject(alert.labels)) return []
  const labels = Object.entries(alert.labels).filter(([, value]) => typeof value === 'string')
  if (labels.length === 0) return []
  const times = { startsAtMs: timeOf(alert.startsAt), endsAtMs: timeOf(alert.endsAt) }
  return [{ labels: keepLabels(Object.fromEntries(labels) as Record<string, string>).labels, ...defined(times) }]
}

/** `undefined` for what is no time, and for the zero time of an alert that has not ended. */
function timeOf(text: unknown): number | undefined {
  const ms = Date.parse(textOf(text))
  return ms > 0 ? ms : undefined
}

/**
 * The labels of the alerts in a detail as the default template of older Alertmanagers writes it: `Labels:`, a line ` - name = value` for
 * each, then `Annotations:`. A value with a line break continues on lines that are not of this form, and is cut there.
 */
function alertsInText(text: string): ListedAlert[] {
  const blocks = text.split(/^Labels:$/m)
  return blocks.slice(1, 1 + MOST_ALERTS).flatMap((block) => {
    const [list = ''] = block.split(/^Annotations:$/m)
    const labels = [...list.matchAll(/^ - ([a-zA-Z_]\w*) = (.*)$/gm)].map(
      ([, name = '', value = '']) => [name, value] as const,
    )
    return labels.length === 0 ? [] : [{ labels: keepLabels(Object.fromEntries(labels)).labels }]
  })
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
