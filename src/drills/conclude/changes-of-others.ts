import type { IncidentView } from '../../probes/incident-view.ts'
import type { RuntimeEvent } from '../../runtimes/runtime.ts'
import type { Drill } from '../file/drill.ts'
import { servicesOf } from '../file/method-step.ts'

/** What others have changed during a run. */

/** How long after the end of the responder's action its effect may be seen, in milliseconds: workloads are looked at once a second. */
const SEEN_WITHIN_MS = 5_000

/**
 * What somebody else has changed in the system in the middle of a run, for people: a deploy of anything, and another number of replicas of
 * what the drill is about. What the responder has scaled, by its own record, is a repair. Pure.
 */
export function changesOfOthers({ drill, events, incidents, loaded }: ChangesInput): string[] {
  const probed = drill.steadyState.flatMap((probe) => (probe.kind === 'http' ? [probe.service] : []))
  const drilled = new Set([...drill.method.flatMap(servicesOf), ...probed, ...(loaded === undefined ? [] : [loaded])])
  return events
    .filter(
      (event) =>
        event.kind === 'redeployed' ||
        (event.kind === 'rescaled' && drilled.has(event.service) && !isOfResponder(event, incidents)),
    )
    .map(({ detail, service }) => detail ?? service)
}

export interface ChangesInput {
  drill: Pick<Drill, 'method' | 'steadyState'>
  /** Of the runtime, during the run. */
  events: readonly RuntimeEvent[]
  incidents: readonly Pick<IncidentView, 'actions'>[]
  /** The service that the load is put on. */
  loaded: string | undefined
}

function isOfResponder({ service, atMs }: RuntimeEvent, incidents: ChangesInput['incidents']): boolean {
  return incidents
    .flatMap(({ actions }) => actions)
    .some(
      ({ action, target, actingAtMs, actedAtMs = Number.POSITIVE_INFINITY }) =>
        action === 'scale' && target === service && atMs >= actingAtMs && atMs <= actedAtMs + SEEN_WITHIN_MS,
    )
}
