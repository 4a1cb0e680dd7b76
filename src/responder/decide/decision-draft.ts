import { causeOf, type Incident, type Phase } from '../incident/incident.ts'
import type { IncidentEntry, LogRecord, MaintenanceEntry, RefusedEntry } from '../incident/record.ts'
import { apply, type State } from '../incident/state.ts'
import type { PolicyTarget } from '../incident/target.ts'
import { findRule, type Policy, type Rule, type Step } from '../policy/policy.ts'

/** A decision that is being made: each record takes effect when it is written, for the rest of the decision too. */
export class DecisionDraft implements Decision {
  readonly records: LogRecord[] = []
  readonly intents: Intent[] = []
  readonly state: State
  readonly policy: Policy
  readonly run: string
  readonly nowMs: number

  constructor({ state, policy, run }: Responding, nowMs: number) {
    this.state = state
    this.policy = policy
    this.run = run
    this.nowMs = nowMs
  }

  write(incident: string, entry: IncidentEntry): void {
    this.#add({ seq: this.state.seq + 1, atMs: this.nowMs, incident, ...entry })
  }

  /** A record that belongs to no incident. */
  writeOther(entry: MaintenanceEntry | RefusedEntry): void {
    this.#add({ seq: this.state.seq + 1, atMs: this.nowMs, ...entry })
  }

  /** The incident of that id, if it is in that phase now. */
  incidentIn(phase: Phase, id: string): Incident | undefined {
    const incident = this.state.incidents.get(id)
    return incident?.phase === phase ? incident : undefined
  }

  /** The rule and the step that an incident is at, by the policy as it is now. */
  stepOf(incident: Incident): { rule: Rule; step: Step } | undefined {
    const rule = findRule(this.policy, incident.labels)
    const step = rule?.ladder[incident.step] ?? rule?.ladder.at(-1)
    return rule === undefined || step === undefined ? undefined : { rule, step }
  }

  /** Samples since `sinceMs` decide, until the step's time to settle is over. */
  verify(incident: Incident, { rule, step }: { rule: Rule; step: Step }): void {
    const { sinceMs, target } = incident
    this.intents.push({ kind: 'verify', incident, rule, target, sinceMs, deadlineMs: this.nowMs + step.settleMs })
  }

  /** Leaves it to a person, who is notified once about a cause within the window of the target's limit. */
  escalate(incident: Incident, reason: string): void {
    const notifiedMs = this.state.lastNotified.get(causeOf(incident)) ?? Number.NEGATIVE_INFINITY
    const quiet = notifiedMs > this.nowMs - this.policy.guards.perTarget.windowMs
    this.write(incident.id, { event: 'escalated', reason, ...(quiet ? { quiet } : {}) })
    if (!quiet) this.intents.push({ kind: 'notify', incident, reason })
  }

  #add(record: LogRecord): void {
    apply(this.state, record)
    this.records.push(record)
  }
}

/** What an event leads to. */
export interface Decision {
  records: LogRecord[]
  intents: Intent[]
}

/** Something to do, once the records are on disk. */
export type Intent =
  /** Ask control how the stack is. */
  | { kind: 'look' }
  | { kind: 'act'; incident: Incident; step: Step; target: PolicyTarget; backTo?: number }
  | {
      kind: 'verify'
      incident: Incident
      rule: Rule
      target: PolicyTarget | undefined
      sinceMs: number
      deadlineMs: number
    }
  /** Notify people, by every channel there is. */
  | { kind: 'notify'; incident: Incident; reason: string }

export interface Responding {
  state: State
  policy: Policy
  /** Names this life of the stack. */
  run: string
}
