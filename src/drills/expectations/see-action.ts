import type { IncidentView } from '../../probes/incident-view.ts'
import { askedMs, type Evidence } from '../evidence/evidence.ts'
import { heldBack } from '../evidence/held-back.ts'
import type { Observed, Refusal } from './expectation.ts'

/** Whether and when the responder did that to a service or a replica. */
export function seeAction({ action, target }: { action: string; target: string }, evidence: Evidence): Observed {
  const concerns = (name: string) => name === target || isReplicaOf(name, target)
  const incidents = evidence.observations.incidents.filter(({ receivedAtMs }) => receivedAtMs >= askedMs(evidence))
  if (action === ESCALATE) return seeEscalation(incidents.filter((incident) => concerns(incident.target)))
  const begun = incidents
    .flatMap(({ id, actions }) => actions.map((done) => ({ id, ...done })))
    .filter((done) => done.action === action && concerns(done.target))
  const [acted] = begun.filter(({ ok }) => ok === true).sort((a, b) => (a.actedAtMs ?? 0) - (b.actedAtMs ?? 0))
  if (acted?.actedAtMs !== undefined) return { atMs: acted.actedAtMs, text: `incident ${acted.id}` }
  if (begun.some(({ ok }) => ok === false)) return { atMs: null, text: 'the action failed' }
  if (begun.length > 0) return { atMs: null, text: 'begun, not ended' }
  const decisions = incidents.flatMap(({ decision }) => decision ?? [])
  const held = decisions.find(
    (decision) => decision.action === action && concerns(decision.target) && decision.suppressed !== undefined,
  )
  if (held !== undefined) return { atMs: null, text: heldBack(held) }
  if (incidents.length === 0) return { atMs: null, text: 'not decided; no incident' }
  const others = decisions.map((decision) => `${decision.action} ${decision.target}`.trim())
  return { atMs: null, text: `not decided; instead: ${others.join(', ') || 'no decision'}` }
}

/** What a drill calls it when the responder gives up and notifies a person. */
const ESCALATE = 'escalate'

/** Why a drill cannot name actions of a system that has no responder of Firedrill's. */
export const NO_RESPONDER: Refusal = {
  message: 'the system has no responder whose log could be read: nothing reports actions',
  expected: '{ steady: true, within: … }, which any repair meets; the journal says who repaired as far as that is seen',
}

function seeEscalation(incidents: readonly IncidentView[]): Observed {
  const [first] = incidents
    .flatMap(({ id, escalatedAtMs, escalation }) =>
      escalatedAtMs === undefined ? [] : [{ atMs: escalatedAtMs, text: `incident ${id}: ${escalation}` }],
    )
    .sort((a, b) => a.atMs - b.atMs)
  return first ?? { atMs: null, text: 'nothing was left to a person' }
}

function isReplicaOf(replica: string, service: string): boolean {
  return replica.startsWith(`${service}-`) && /^\d+$/.test(replica.slice(service.length + 1))
}
