import type { Comparison } from '../../probes/comparison.ts'
import type { ActionName } from '../actions/actions.ts'
import type { Program } from '../actions/program.ts'

/** What the responder does about which alert, and what keeps it from doing too much. Durations are on the stack's clock. */
export interface Policy {
  /** Records what it would do, and does nothing. */
  dryRun: boolean
  guards: Guards
  rules: readonly Rule[]
  /** The programs that `run` may start, by name. */
  programs: Readonly<Record<string, Program>>
}

export interface Guards {
  /** Shortest pause between two repairs of one target, from the end of one to the start of the next, in milliseconds. */
  cooldownMs: number
  /** Most repairs of one target in any window of that length. */
  perTarget: Limit
  /** The same for all targets together. */
  overall: Limit
  /** How many healthy replicas of a service must remain while one is taken down; `default` where a service is not named. */
  quorum: Readonly<Record<string, Floor>>
}

export interface Limit {
  actions: number
  windowMs: number
}

/** A number of replicas, or a share (0-1) of those that the service has, rounded down. */
export type Floor = { replicas: number } | { ratio: number }

export interface Rule {
  name: string
  /** Labels that an alert must carry, each with one of these values. */
  match: Readonly<Record<string, readonly string[]>>
  /** The service that it is about when the alert names none. */
  service?: string
  /** Tried from the first to the last; then a person is notified. */
  ladder: readonly Step[]
  verify: Verify
}

export interface Step {
  action: ActionName
  /** What stands under the action's name, checked against its schema. */
  params: unknown
  /** How long it may take to show its effect, in milliseconds. */
  settleMs: number
}

/** How it is judged whether an action helped. `overMs`: how much time after the action must have been good. */
export type Verify =
  | { kind: 'health'; overMs: number }
  /** PromQL, in which `$window` is the time since the action, and `$service`, `$instance` are the target's. */
  | { kind: 'query'; query: string; is: Comparison; overMs: number }
  /** Prometheus no longer has the alert. */
  | { kind: 'alert'; overMs: number }

/** The first rule that matches. */
export function findRule(policy: Policy, labels: Readonly<Record<string, string>>): Rule | undefined {
  return policy.rules.find(({ match }) => {
    for (const label in match) if (!match[label]?.includes(labels[label] ?? '')) return false
    return true
  })
}
