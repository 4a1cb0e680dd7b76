import { goodAgain } from '../evidence/evidence.ts'
import type { HitReplica } from '../journal/schema/hit-replica.ts'
import { hitReplicas } from '../judge/hit-replicas.ts'
import { asksEachReplica } from '../watch/steady-checks.ts'
import type { RunRemains } from './run-remains.ts'

/** When a run's harm was repaired. */

/** The moment of a repair, and the replicas that it is about. */
export interface Repair {
  /** Epoch milliseconds; null when it was not. */
  atMs: number | null
  /** Replicas that faults have ended or frozen. */
  hit: readonly HitReplica[]
  /** Those of them that are not back. */
  away: readonly HitReplica[]
  neverLeft: boolean
}

/**
 * A system is repaired when its steady state is good again, and every replica that was hit is ready again: where several are behind one URL,
 * another one answers in its place, and users see nothing of it any more. A replica that the steady state asks itself is ready when that is
 * good.
 */
export function findRepair(run: RepairedRun, goodAgainAtMs: number | null): Repair {
  const { facts, events } = run
  const neverLeft = facts !== undefined && goodAgain(facts).kind === 'never left'
  const hit = hitReplicas(facts?.injected ?? [], events)
  const unseen = neverLeft ? hit : hit.filter(({ service }) => !isAsked(run, service))
  const away = unseen.filter(({ readyAtMs }) => readyAtMs === null)
  const steadyAtMs = neverLeft ? (facts?.zeroMs ?? null) : goodAgainAtMs
  if (steadyAtMs === null || away.length > 0) return { atMs: null, hit, away, neverLeft }
  return { atMs: Math.max(steadyAtMs, ...unseen.map(({ readyAtMs }) => readyAtMs ?? 0)), hit, away, neverLeft }
}

export type RepairedRun = Pick<RunRemains, 'drill' | 'facts' | 'events' | 'description'>

/** Whether the steady state asks each replica of a service by itself. */
function isAsked({ drill, description }: RepairedRun, service: string): boolean {
  const isProbed = drill.steadyState.some((probe) => probe.kind === 'http' && probe.service === service)
  return isProbed && description !== undefined && asksEachReplica(description, service)
}
