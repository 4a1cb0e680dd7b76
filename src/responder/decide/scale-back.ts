import type { Incident } from '../incident/incident.ts'
import type { Step } from '../policy/policy.ts'
import type { DecisionDraft } from './decision-draft.ts'
import { busy, coolingDown, maintained } from './guards.ts'

/**
 * Scales back what an incident has scaled, when no other incident needs it any more. It does not count against the limits: going
 * back must always be possible.
 */
export function scaleBack(draft: DecisionDraft, incident: Incident): void {
  const { back } = incident
  if (back === undefined) return
  const { service } = back
  for (const other of draft.state.leaders.values()) {
    if (other !== incident && other.target?.service === service && other.settled !== 'dry_run') return
  }
  const target = { service }
  if (maintained(draft, target) ?? busy(draft.state, target) ?? coolingDown(draft, target)) return
  const at = { step: incident.step, action: back.action, target: service, service }
  draft.write(incident.id, { event: 'acting', ...at, back: true })
  const step: Step = { action: 'scale', params: { service, to: back.to }, settleMs: 0 }
  draft.intents.push({ kind: 'act', incident, step, target, backTo: back.to })
}
