/** Why an action was not taken, or not yet. Each is recorded, and counted in `responder_suppressed_total`. */
export const SUPPRESSIONS = {
  no_policy: 'no rule of the policy matches the alert',
  unknown_target: 'the alert names nothing that can be acted on',
  resolved_meanwhile: 'the alert ended before its turn came',
  cooldown: 'the target was acted on a moment ago',
  target_busy: 'another action on the target is under way',
  same_cause: 'another incident about the same cause is being dealt with',
  target_limit: 'the target was acted on as often as the policy allows within its window',
  overall_limit: 'the responder acted as often as the policy allows within its window',
  self: 'control restarts the responder, the responder never does',
  quorum: 'too few healthy replicas would be left',
  maintenance: 'a person is working on it',
  dry_run: 'the policy only says what it would do',
  already_repaired: 'somebody was faster: it is healthy since after the alert began',
  already_starting: 'somebody is starting it',
  nothing_to_do: 'it is already as the action would make it',
  control_unreachable: 'the control API does not answer',
} as const

export type Suppression = keyof typeof SUPPRESSIONS

/** What is known of an action's effect. `unknown`: there were no samples to judge by. */
export type Outcome = 'ok' | 'failed' | 'unknown'

/**
 * What is recorded of an incident, without what the log adds. All times are epoch milliseconds: those of alerts by the sender's
 * clock, all others by a clock that only rises, and that agrees with the wall clock unless somebody sets it.
 */
export type IncidentEntry =
  | {
      event: 'opened'
      /** Counts from 1, in the order of arrival. */
      number: number
      /** Names one life of the stack: when that ends, its incidents are over. */
      run: string
      alertname: string
      labels: Record<string, string>
      startsAtMs: number
      /** The same by the clock of this log, where that is another time; never in the future. */
      badAtMs?: number
      /** What of its labels was cut or left out, in a sentence. */
      shortened?: string
      /** Name of the policy's rule; missing when none matches. */
      rule?: string
      /** Replica or service that it is about; missing when the labels name neither. */
      target?: { service: string; replica?: string }
    }
  /** What is to be done; `dryRun`: it is recorded, and not done. */
  | { event: 'decided'; step: number; action: string; target: string; reason: string; dryRun?: true }
  /** Not, or not yet. `untilMs`: tried again then. `by`: the incident that it follows. */
  | {
      event: 'suppressed'
      step: number
      action: string
      target: string
      guard: Suppression
      detail: string
      untilMs?: number
      by?: string
    }
  /** On disk before the action begins. `was`: what to go back to; `back`: this is the way back. */
  | {
      event: 'acting'
      step: number
      action: string
      target: string
      service: string
      /** A notification, or a log line: it uses up no guard and repairs nothing. */
      notifies?: true
      was?: number
      back?: true
    }
  | { event: 'acted'; ok: boolean; detail: string; interrupted?: true }
  /** The action of another incident, or somebody else's, counts for this one: judged on samples since then. */
  | { event: 'joined'; sinceMs: number; detail: string }
  | { event: 'verified'; outcome: Outcome; detail: string }
  | { event: 'escalated'; reason: string; quiet?: true }
  | { event: 'notified'; channel: string; ok: boolean; detail: string }
  /**
   * `runEnded`: it is over because the stack that it happened in is; nothing is scaled back. `overflow`: whether it is over is not
   * known, but too many incidents are open.
   */
  | { event: 'resolved'; endsAtMs: number; detail?: string; runEnded?: true; overflow?: true }

/** A person works on a service, or on everything (`*`), and the responder must not act on it. */
export type MaintenanceEntry = { event: 'maintenance'; service: string; untilMs: number; why: string }

/** Alerts of a delivery that were not taken, and what was wrong with the first of them. */
export type RefusedEntry = { event: 'refused'; alerts: number; reason: string }

/** First line of a file that was begun when the one before was full: what its other lines do not contain. */
export interface SnapshotEntry {
  event: 'snapshot'
  count: number
  repairs: Repair[]
  silences: { service: string; untilMs: number; why: string }[]
  /** Ids of alerts that are over. */
  known: string[]
}

/** A repair that was begun: what cooldowns and limits count. */
export interface Repair {
  /** Of its `acting` line. */
  seq: number
  incident: string
  service: string
  target: string
  atMs: number
  endedAtMs?: number
  ok?: boolean
}

/** A line of incident_log.jsonl. `seq` counts all lines ever written, so that a line that is read twice (rotation) counts once. */
export type IncidentRecord = { seq: number; atMs: number; incident: string } & IncidentEntry
export type LogRecord =
  | IncidentRecord
  | ({ seq: number; atMs: number } & (MaintenanceEntry | RefusedEntry | SnapshotEntry))
