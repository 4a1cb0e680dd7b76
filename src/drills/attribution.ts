import type { Actor, RuntimeEvent, Target } from '../runtimes/runtime.ts'
import type { IncidentView, LiftedFault } from './system.ts'

export type RepairedBy = 'responder' | 'restart-policy' | 'fault lifted' | 'operator' | 'nobody'

export interface Attribution {
  repairedBy: RepairedBy
  /** What it was concluded from, in a sentence. */
  evidence: string
}

const REPAIRER: Record<Actor, RepairedBy> = {
  responder: 'responder',
  'restart-policy': 'restart-policy',
  operator: 'operator',
  // Its own time limit, or the tool when it lifted the fault.
  fault: 'fault lifted',
  // No process sets itself going again.
  itself: 'nobody',
}

/**
 * Who repaired the target: the actor of the first event after the injection that set it going again. A start that ended
 * in another exit repaired nothing and is passed over.
 */
export function attribute(input: {
  target: Target
  injectedAtMs: number
  /** In order. */
  events: readonly RuntimeEvent[]
  incidents: readonly IncidentView[]
  lifted: readonly LiftedFault[]
  /** Null when the steady state did not come back. */
  goodAgainAtMs: number | null
}): Attribution {
  const { target, injectedAtMs, incidents } = input
  if (input.goodAgainAtMs === null) return { repairedBy: 'nobody', evidence: 'the steady state did not come back' }
  const events = input.events.filter(
    (event) =>
      event.atMs >= injectedAtMs &&
      event.service === target.service &&
      (target.replica === undefined || event.replica === target.replica),
  )
  const start = events.find(
    (event, index) =>
      (event.kind === 'starting' || event.kind === 'resumed') && !failed(event, events.slice(index + 1)),
  )
  if (start !== undefined) {
    const did = start.kind === 'resumed' ? 'resume' : 'start'
    const since = `+${((start.atMs - injectedAtMs) / 1_000).toFixed(3)} s`
    const incident = incidents.find((one) => isAbout(one, target, start))
    const because = start.actor === 'responder' && incident !== undefined ? `, incident ${incident.id}` : ''
    return {
      repairedBy: REPAIRER[start.actor],
      evidence: `first ${did} of ${start.replica} after the injection: ${since}, by ${start.actor}${because} (event ${start.sequence})`,
    }
  }
  const lift = input.lifted.find((one) => one.changed)
  if (lift !== undefined) return { repairedBy: 'fault lifted', evidence: lift.detail }
  return {
    repairedBy: 'nobody',
    evidence: `nobody started ${target.replica ?? target.service}, and there was nothing left to lift`,
  }
}

/** Whether the replica ended again before it was healthy. */
function failed(start: RuntimeEvent, later: readonly RuntimeEvent[]): boolean {
  const next = later.find((event) => event.replica === start.replica && /^(healthy|exited|starting)$/.test(event.kind))
  return next !== undefined && next.kind !== 'healthy'
}

function isAbout(incident: IncidentView, target: Target, start: RuntimeEvent): boolean {
  const acted = incident.decision?.target
  return incident.actingAtMs !== undefined && (acted === target.service || acted === start.replica)
}
