import { isObject } from '../../base/is-object.ts'
import { keepLabels } from '../../responder/webhook/labels.ts'
import type { Notice } from '../notice.ts'

/**
 * What Alertmanager's PagerDuty receiver posts: an event of the Events API, version 2 or 1. With the default details it lists the labels
 * of every alert of the group; where its user has changed them, the texts are kept.
 */
export function readPagerduty(body: unknown): Notice[] {
  if (!isObject(body)) return []
  const action = body.event_action ?? body.event_type
  if (action !== 'trigger' && action !== 'resolve') return []
  const payload = isObject(body.payload) ? body.payload : {}
  const details = [payload.custom_details, body.details].find(isObject) ?? {}
  const firing = alertsIn(details.firing)
  const ended = alertsIn(details.resolved)
  const key = `pagerduty\n${textOf(body.dedup_key ?? body.incident_key)}`
  const notices = [
    ...firing.map((labels) => noticeOf(key, labels, true)),
    ...ended.map((labels) => noticeOf(key, labels, false)),
  ]
  if (notices.length > 0) return notices
  const said = [payload.summary, body.description, ...Object.values(details)]
  const text = said.map(textOf).filter((one) => one !== '')
  return [{ form: 'pagerduty', key, firing: action === 'trigger', text: text.join('\n').slice(0, LONGEST) }]
}

const LONGEST = 4_000
const MOST_ALERTS = 1_000

function noticeOf(key: string, labels: Record<string, string>, firing: boolean): Notice {
  const own = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))
  const { alertname = 'unnamed' } = labels
  return { form: 'pagerduty', key: `${key}\n${JSON.stringify(own)}`, firing, alertname, labels }
}

/**
 * The labels of the alerts in a detail as the default template writes it: `Labels:`, a line ` - name = value` for each, then
 * `Annotations:`. A value with a line break continues on lines that are not of this form, and is cut there.
 */
function alertsIn(detail: unknown): Record<string, string>[] {
  const blocks = textOf(detail).split(/^Labels:$/m)
  return blocks.slice(1, 1 + MOST_ALERTS).flatMap((block) => {
    const [list = ''] = block.split(/^Annotations:$/m)
    const labels = [...list.matchAll(/^ - ([a-zA-Z_]\w*) = (.*)$/gm)].map(
      ([, name = '', value = '']) => [name, value] as const,
    )
    return labels.length === 0 ? [] : [keepLabels(Object.fromEntries(labels)).labels]
  })
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
