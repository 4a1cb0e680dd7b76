import type { IncidentStoryView, IncidentView } from '../../../src/api/contract.ts'
import { formatShortTime } from '../format/format-amount.ts'
import type { Tone } from '../ui/badge.tsx'

/** The words and colours of incidents. */

export const statusWords: Readonly<Record<IncidentView['status'], string>> = {
  waiting: 'Waiting',
  acting: 'Acting',
  verifying: 'Verifying',
  helped: 'Helped',
  escalated: 'Left to a person',
  ignored: 'Ignored',
  dry_run: 'Dry run',
  resolved: 'Resolved',
}

export const statusTones: Readonly<Record<IncidentView['status'], Tone>> = {
  waiting: 'wait',
  acting: 'wait',
  verifying: 'wait',
  helped: 'good',
  escalated: 'bad',
  ignored: 'none',
  dry_run: 'none',
  resolved: 'good',
}

/** What the responder did, in a few words. */
export function whatWasDone({ actions, escalation, decision }: IncidentView): string {
  const repairs = actions.filter(({ notifies }) => notifies !== true)
  const last = repairs.at(-1)
  if (escalation !== undefined) return `Left to a person: ${escalation}`
  if (last === undefined) {
    return decision?.suppressed === undefined ? 'Nothing yet' : `Held back: ${decision.reason}`
  }
  const took = last.actedAtMs === undefined ? ' …' : ` in ${formatShortTime(last.actedAtMs - last.actingAtMs)}`
  const times = repairs.length > 1 ? `, the last of ${repairs.length} actions` : ''
  return `${last.back === true ? 'Took back: ' : ''}${last.action} ${last.target}${took}${last.ok === false ? ', which failed' : ''}${times}`
}

type Entry = IncidentStoryView['timeline'][number]

/** How an entry of a timeline is marked: what held an action back, and what failed, must not be overlooked. */
export function entryTone({ event, text }: Entry): Tone {
  if (event === 'suppressed' || event === 'joined') return 'wait'
  if (event === 'escalated' || /^(?:failed|could not|it did not help)/.test(text)) return 'bad'
  if (event === 'resolved' || event === 'verified') return 'good'
  return 'none'
}

export const eventWords: Readonly<Record<string, string>> = {
  opened: 'Received',
  decided: 'Decided',
  suppressed: 'Held back',
  acting: 'Acting',
  acted: 'Acted',
  joined: 'Waits',
  verified: 'Verified',
  escalated: 'Escalated',
  notified: 'Notified',
  resolved: 'Resolved',
}

/** One part of an incident's way, between two moments. */
export interface Leg {
  name: string
  fromMs: number
  toMs: number
  tone: 'wait' | 'bad' | 'fault' | 'good' | 'none'
}

/** The way of an incident from the alert to its end, in parts that follow each other. Unknown moments are left out. */
export function legsOf(incident: IncidentView, nowMs: number): Leg[] {
  const { startsAtMs, receivedAtMs, actingAtMs, actedAtMs, verifiedAtMs, escalatedAtMs, resolvedAtMs, actionOk } =
    incident
  const moments: { name: string; atMs: number | undefined; tone: Leg['tone'] }[] = [
    { name: 'on its way', atMs: startsAtMs, tone: 'wait' },
    { name: 'deciding', atMs: receivedAtMs, tone: 'wait' },
    { name: 'acting', atMs: actingAtMs, tone: 'fault' },
    {
      name: actionOk === false ? 'the action failed' : 'verifying',
      atMs: actedAtMs,
      tone: actionOk === false ? 'bad' : 'wait',
    },
    { name: 'left to a person', atMs: escalatedAtMs, tone: 'bad' },
    { name: 'good again', atMs: verifiedAtMs, tone: 'good' },
  ]
  const known = moments
    .flatMap(({ atMs, ...rest }) => (atMs === undefined ? [] : [{ ...rest, atMs }]))
    .sort((a, b) => a.atMs - b.atMs)
  // An action may end after the alert has ended by itself.
  const end = Math.max(resolvedAtMs ?? nowMs, ...known.map(({ atMs }) => atMs))
  const legs = known.map(({ name, atMs, tone }, at) => ({
    name,
    tone,
    fromMs: atMs,
    toMs: known[at + 1]?.atMs ?? end,
  }))
  return legs.filter(({ fromMs, toMs }) => toMs > fromMs)
}
