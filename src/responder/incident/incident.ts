import type { IncidentRecord, Outcome, Suppression } from './record.ts'
import type { PolicyTarget } from './target.ts'

/** One alert from its start to its end, with all that was decided and done about it. Folded from its records. */
export interface Incident {
  id: string
  number: number
  run: string
  alertname: string
  labels: Record<string, string>
  startsAtMs: number
  receivedAtMs: number
  rule?: string
  target?: PolicyTarget
  phase: Phase
  settled?: Settled
  /** Index in the rule's ladder. */
  step: number
  /** Since when the step waits for its turn. */
  waitingSinceMs: number
  /** Not looked at again before. */
  notBeforeMs: number
  /** The latest moment at which things are known to have been bad: what was repaired before it was not repaired. */
  badAtMs: number
  /** The samples that count for verification are later than this. */
  sinceMs: number
  /** Whether the current step was taken, so that the next one has its turn if it did not help. */
  tried: boolean
  /** Id of the incident about the same cause that is dealt with instead. */
  follows?: string
  decision?: { action: string; target: string; reason: string; suppressed?: Suppression }
  attempts: Attempt[]
  suppressed: { atMs: number; guard: Suppression; action: string; target: string; detail: string; untilMs?: number }[]
  verified?: { atMs: number; outcome: Outcome; detail: string }
  escalated?: { atMs: number; reason: string }
  /** When the responder was notified that the alert is over. */
  resolvedAtMs?: number
  /** When the alert ended, by Prometheus' clock. */
  endsAtMs?: number
  /** What to scale back to, and how many tries have failed. */
  back?: { service: string; to: number; action: string; tries: number }
  records: IncidentRecord[]
}

/**
 * Where an incident stands in its ladder: `waiting` for its turn, `acting`, `verifying` an action's effect, `settled` (helped,
 * escalated or left alone), `returning`: resolved, and what was scaled has to go back.
 */
export type Phase = 'waiting' | 'acting' | 'verifying' | 'settled' | 'returning'

/** How it was settled. */
export type Settled = 'ignored' | 'helped' | 'escalated' | 'dry_run' | 'resolved'

/** One action of an incident, with what came of it. Times are epoch milliseconds. */
export interface Attempt {
  /** Of its `acting` line. */
  seq: number
  step: number
  action: string
  target: string
  service: string
  actingAtMs: number
  actedAtMs?: number
  ok?: boolean
  detail?: string
  notifies?: true
  back?: true
  was?: number
}

/** Two incidents of one rule about one target have one cause. */
export function causeOf({ rule, target }: Pick<Incident, 'rule' | 'target'>): string {
  return `${rule}\n${target?.service ?? ''}\n${target?.replica ?? ''}`
}
