import { type IncidentRecord, SUPPRESSIONS } from './record.ts'

/** One line of the log as a sentence, for the timeline of an incident. */
export function recordText(record: IncidentRecord): string {
  switch (record.event) {
    case 'opened': {
      const { alertname, target, rule, shortened } = record
      const about = target === undefined ? '' : ` about ${target.replica ?? target.service}`
      return `received ${alertname}${about}${rule === undefined ? '' : `; rule "${rule}"`}${shortened === undefined ? '' : `; ${shortened}`}`
    }
    case 'decided':
      return `${record.dryRun ? 'would' : 'will'} ${record.action} ${record.target} (${record.reason})`
    case 'suppressed': {
      const { guard, detail, action, target } = record
      const what = action === 'none' ? '' : ` to ${action} ${target}`.trimEnd()
      return `held back${what}: ${SUPPRESSIONS[guard]}${detail === SUPPRESSIONS[guard] ? '' : ` (${detail})`}`
    }
    case 'acting':
      return `${record.back ? 'takes back: ' : ''}${record.action} ${record.target} …`
    case 'acted':
      return record.ok ? record.detail : `failed: ${record.detail}`
    case 'joined':
      return `waits for the effect of what was done already: ${record.detail}`
    case 'verified':
      return (
        { ok: 'it helped', failed: 'it did not help', unknown: 'whether it helped is not known' }[record.outcome] +
        `: ${record.detail}`
      )
    case 'escalated':
      return `left to a person: ${record.reason}${record.quiet ? ' (who was notified a moment ago)' : ''}`
    case 'notified':
      return record.ok
        ? `notified by ${record.channel}: ${record.detail}`
        : `could not notify by ${record.channel}: ${record.detail}`
    case 'resolved':
      return `${record.overflow ? 'no longer followed' : 'the alert is over'}${record.detail === undefined ? '' : `: ${record.detail}`}`
  }
}
