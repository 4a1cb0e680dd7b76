import type { IncidentStoryView, IncidentView } from '../../api/contract.ts'
import { visibleLine } from '../../base/text/visible.ts'
import { clockTime } from '../../base/units/clock-time.ts'
import { formatDuration } from '../../base/units/duration.ts'
import { SUPPRESSIONS, type Suppression } from '../../responder/incident/record.ts'
import { formatTable, paint } from '../terminal/output.ts'
import { fitTable } from './fit-table.ts'

/** One line each, with a heading. */
export function incidentTable(incidents: readonly IncidentView[], stream: NodeJS.WriteStream): string[] {
  if (incidents.length === 0) return []
  const rows = incidents.map((one) => [
    String(one.number),
    clockTime(one.receivedAtMs),
    one.alertname,
    one.target || '-',
    one.status,
    whatWasDone(one),
  ])
  const style = (text: string, row: number, column: number) => {
    if (row === 0) return paint(stream, 'bold', text)
    const tone = TONES[text.trim()]
    return column === 4 && tone !== undefined ? paint(stream, tone, text) : text
  }
  return fitTable([['NO', 'RECEIVED', 'ALERT', 'TARGET', 'STATUS', 'WHAT WAS DONE'], ...rows], { style, stream })
}

const TONES: Record<string, Parameters<typeof paint>[1]> = {
  helped: 'green',
  resolved: 'green',
  escalated: 'red',
  ignored: 'gray',
}

/** The incident, then its timeline with the time since the alert was received. */
export function storyLines({ incident, timeline }: IncidentStoryView, stream: NodeJS.WriteStream): string[] {
  const { number, alertname, target, status, rule, labels, receivedAtMs } = incident
  const about = target === '' ? '' : ` on ${target}`
  const lines = [
    paint(stream, 'bold', visibleLine(`Incident #${number}: ${alertname}${about}, ${status}`)),
    `  received  ${new Date(receivedAtMs).toISOString()}`,
    `  rule      ${rule ?? 'none matches'}`,
    `  labels    ${Object.entries(labels)
      .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
      .join(' ')}`,
    '',
  ]
  const rows = timeline.map(({ atMs, event, text }) => [
    `+${((atMs - receivedAtMs) / 1_000).toFixed(3)} s`,
    event,
    text,
  ])
  return [...lines, ...formatTable(rows).map((line) => `  ${line}`)]
}

function whatWasDone(one: IncidentView): string {
  const repairs = one.actions.filter((action) => !action.notifies)
  const last = repairs.at(-1)
  if (one.escalation !== undefined) return `left to a person: ${one.escalation}`
  if (last === undefined)
    return one.decision?.suppressed === undefined ? 'nothing yet' : `nothing: ${inWords(one.decision.suppressed)}`
  const took = last.actedAtMs === undefined ? '…' : ` in ${formatDuration(last.actedAtMs - last.actingAtMs)}`
  const times = repairs.length > 1 ? `, the last of ${repairs.length}` : ''
  return `${last.back ? 'back: ' : ''}${last.action} ${last.target}${took}${last.ok === false ? ', failed' : ''}${times}`
}

/** A guard's name is for programs. One of a later version is shown as it is. */
function inWords(guard: string): string {
  return Object.hasOwn(SUPPRESSIONS, guard) ? SUPPRESSIONS[guard as Suppression] : guard
}
