import type { IncidentView } from '../../probes/incident-view.ts'
import type { Actor, RuntimeEvent, Target } from '../../runtimes/runtime.ts'
import type { LiftedFault } from '../journal/schema/fault.ts'
import type { RepairedBy } from '../journal/schema/outcome.ts'

export interface Attribution {
  repairedBy: RepairedBy
  /** What it was concluded from, in a sentence. */
  evidence: string
}

const REPAIRER: Record<Actor, RepairedBy> = {
  responder: 'responder',
  'restart-policy': 'restart-policy',
  operator: 'operator',
  // The fault ended by itself, or the run lifted it.
  fault: 'fault lifted',
  // No process starts itself again.
  itself: 'nobody',
}

type Hit = Target & { injectedAtMs: number }

interface OwnAction {
  text: string
  services: readonly string[]
  startedAtMs: number
  endedAtMs: number | null
}

export interface AttributionInput {
  /** What the faults were aimed at; each with the moment of its injection. */
  faults: readonly Hit[]
  /** Of the drill itself, in order; `endedAtMs` is null for one that is not over. */
  actions: readonly OwnAction[]
  /** When it was first known that the steady state was left, in epoch milliseconds. */
  brokenAtMs: number
  /** Zero of the figures, in epoch milliseconds. */
  injectedAtMs: number
  /** In order. */
  events: readonly RuntimeEvent[]
  incidents: readonly IncidentView[]
  lifted: readonly LiftedFault[]
  /** Null when the steady state did not come back. */
  goodAgainAtMs: number | null
}

/**
 * Who repaired the targets: the actor of the event that started the last of them again, since the repair was complete then. Of each
 * target the first start after its injection counts; a start that ended in another exit repaired nothing and is skipped. A target
 * that was not started was repaired when its fault was lifted, if that changed something, or by an action of the drill itself. An
 * action that had begun when the steady state was left broke the system, as a fault does; only a later one can have repaired it.
 */
export function attribute(input: AttributionInput): Attribution {
  const { goodAgainAtMs, lifted } = input
  const causes = input.actions.filter(({ startedAtMs }) => startedAtMs <= input.brokenAtMs)
  const ownActions = input.actions.filter((one) => !causes.includes(one))
  const targets = [...input.faults, ...causes.flatMap(hitsOf)]
  if (goodAgainAtMs === null) return { repairedBy: 'nobody', evidence: 'the steady state did not come back' }
  const starts = targets.flatMap((target) => startOf(target, input) ?? [])
  const [last] = starts.sort((a, b) => b.event.atMs - a.event.atMs)
  if (last !== undefined) return attributeStart(last, input, ownActions)
  const lift = lifted.find((one) => one.changed)
  if (lift !== undefined) return { repairedBy: 'fault lifted', evidence: lift.detail }
  // Its effect may be there while it still waits for the last replica to be healthy.
  const own = ownActions.findLast(({ startedAtMs }) => startedAtMs <= goodAgainAtMs)
  if (own !== undefined) return { repairedBy: 'drill', evidence: `a step of the drill itself: ${own.text}` }
  const names = [...new Set(targets.map(({ replica, service }) => replica ?? service))].join(' or ')
  return { repairedBy: 'nobody', evidence: `nobody started ${names}, and there was nothing left to lift` }
}

interface Start {
  event: RuntimeEvent
  target: Target
}

/** An action has done its harm by its end at the latest: starts before that are its own. */
function hitsOf({ services, startedAtMs, endedAtMs }: OwnAction): Hit[] {
  return services.map((service) => ({ service, injectedAtMs: endedAtMs ?? startedAtMs }))
}

function startOf(target: Hit, { events }: AttributionInput): Start | undefined {
  const own = events.filter(
    (event) =>
      event.atMs >= target.injectedAtMs &&
      event.service === target.service &&
      (target.replica === undefined || event.replica === target.replica) &&
      !isAdded(event, events),
  )
  const event = own.find(
    (one, index) => (one.kind === 'starting' || one.kind === 'resumed') && !failed(one, own.slice(index + 1)),
  )
  return event === undefined ? undefined : { event, target }
}

/** Whether it is the first start of a replica that an autoscaler has added: nothing of it was broken. */
function isAdded(event: RuntimeEvent, events: readonly RuntimeEvent[]): boolean {
  if (event.kind !== 'starting' || event.actor !== 'restart-policy') return false
  const isScaled = events.some(
    ({ kind, actor, service }) => kind === 'scaled' && actor === 'restart-policy' && service === event.service,
  )
  return isScaled && events.find(({ replica }) => replica === event.replica) === event
}

function attributeStart(
  { event, target }: Start,
  { injectedAtMs, incidents }: AttributionInput,
  ownActions: readonly OwnAction[],
): Attribution {
  const did = event.kind === 'resumed' ? 'resume' : 'start'
  const since = `+${((event.atMs - injectedAtMs) / 1_000).toFixed(3)} s`
  const own = ownActions.find(
    ({ services, startedAtMs, endedAtMs }) =>
      event.actor === 'operator' &&
      services.includes(event.service) &&
      event.atMs >= startedAtMs &&
      event.atMs <= (endedAtMs ?? Number.POSITIVE_INFINITY),
  )
  const incident = incidents.find((one) => isAbout(one, target, event))
  const because = event.actor === 'responder' && incident !== undefined ? `, incident ${incident.id}` : ''
  const who = event.detail !== undefined && event.actor === 'restart-policy' ? `: ${event.detail}` : ''
  const by = own === undefined ? `${event.actor}${because}${who}` : `the drill itself (${own.text})`
  return {
    repairedBy: own === undefined ? REPAIRER[event.actor] : 'drill',
    evidence: `first ${did} of ${event.replica} after the injection: ${since}, by ${by} (event ${event.sequence})`,
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
