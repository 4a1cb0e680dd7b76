import { parseJsonLines } from '../base/files/json-lines.ts'
import type { Replica } from './actions/actuator.ts'
import { decide, type Event } from './decide/decide.ts'
import type { Intent } from './decide/decision-draft.ts'
import type { LogRecord, Outcome } from './incident/record.ts'
import { apply, emptyState, type State, snapshotOf } from './incident/state.ts'
import type { Policy } from './policy/policy.ts'
import type { Alert } from './webhook/alert.ts'

/** An action that was really begun, also where the log does not have it. */
export interface Done {
  incident: string
  action: string
  service: string
  target: string
  atMs: number
  endedAtMs: number
  notifies: boolean
  back: boolean
  /** Whether its `acting` line was on disk when it began. */
  onDisk: boolean
}

/**
 * A responder with a disk, a clock and a world of strings: what is written is on the disk only after `flush`, and a crash
 * keeps that and any part of the rest. Intents are carried out only when the records before them are on disk.
 */
export class Simulation {
  nowMs = 1_000_000
  readonly done: Done[] = []
  /** Ids of firing alerts whose delivery was answered. */
  readonly acknowledged = new Set<string>()
  services = new Map<string, Replica[]>()
  state: State = emptyState()
  readonly policy: Policy
  #run = 'run-1'
  #disk = ''
  #pending = ''
  #intents: Intent[] = []
  #ready: Intent[] = []
  #inDelivery: string[] = []
  #acting: { done: Done; intent: Intent & { kind: 'act' } }[] = []
  #verifying: (Intent & { kind: 'verify' })[] = []

  constructor(policy: Policy) {
    this.policy = policy
    for (const name of ['store', 'worker']) {
      this.services.set(
        name,
        [1, 2].map((number) => ({ id: `${name}-${number}`, state: 'healthy', sinceMs: 0 })),
      )
    }
    this.happens({ kind: 'started' })
  }

  happens(event: Event): void {
    const { records, intents } = decide({ state: this.state, policy: this.policy, run: this.#run }, event, this.nowMs)
    for (const record of records) this.#pending += `${JSON.stringify(record)}\n`
    this.#intents.push(...intents)
  }

  deliver(alerts: Alert[]): void {
    this.happens({ kind: 'delivered', alerts })
    this.#inDelivery.push(...alerts.filter((one) => one.firing).map((one) => one.incident))
  }

  /** What was written is on disk: deliveries are answered, intents may be carried out. */
  flush(): void {
    this.#disk += this.#pending
    this.#pending = ''
    for (const id of this.#inDelivery.splice(0)) this.acknowledged.add(id)
    this.#ready.push(...this.#intents.splice(0))
  }

  /** Begins everything that may begin. */
  begin(): void {
    for (const intent of this.#ready.splice(0)) {
      if (intent.kind === 'look') this.happens({ kind: 'looked', services: structuredClone(this.services) })
      if (intent.kind === 'verify') this.#verifying.push(intent)
      if (intent.kind === 'act') this.#begin(intent)
    }
  }

  /** All that can be done without more time: a look, a log line, the action after it. */
  work(): void {
    for (let round = 0; round < 3; round++) {
      this.flush()
      this.begin()
      if (this.#acting[0]?.done.notifies) this.endAction(true)
    }
  }

  #begin(intent: Intent & { kind: 'act' }): void {
    const attempt = intent.incident.attempts.at(-1)
    const line = this.onDisk().filter((one) => one.event === 'acting' && one.incident === intent.incident.id)
    const done: Done = {
      incident: intent.incident.id,
      action: intent.step.action,
      service: intent.target.service,
      target: intent.target.replica ?? intent.target.service,
      atMs: this.nowMs,
      endedAtMs: Number.POSITIVE_INFINITY,
      notifies: attempt?.notifies === true,
      back: intent.backTo !== undefined,
      onDisk: line.length > this.done.filter((one) => one.incident === intent.incident.id).length,
    }
    this.done.push(done)
    this.#acting.push({ done, intent })
  }

  /** Ends the action that has run longest. */
  endAction(ok: boolean): void {
    const acting = this.#acting.shift()
    if (acting === undefined) return
    acting.done.endedAtMs = this.nowMs
    this.happens({ kind: 'acted', incident: acting.intent.incident.id, ok, detail: 'x' })
  }

  endVerification(outcome: Outcome): void {
    const verifying = this.#verifying.shift()
    if (verifying !== undefined) {
      this.happens({ kind: 'verified', incident: verifying.incident.id, outcome, detail: 'x' })
    }
  }

  /** Kill -9: what was not flushed is on disk up to any byte; then a new process reads it back. */
  crash(shareOfRest: number): void {
    const bytes = Buffer.from(this.#pending)
    const torn = bytes.subarray(0, Math.floor(bytes.length * shareOfRest)).toString('utf8')
    const text = this.#disk + torn
    this.#disk = text.slice(0, text.lastIndexOf('\n') + 1)
    for (const { done } of this.#acting.splice(0)) done.endedAtMs = this.nowMs
    this.#verifying = []
    this.#pending = ''
    this.#intents = []
    this.#ready = []
    this.#inDelivery = []
    this.state = this.replayed()
    this.happens({ kind: 'started' })
  }

  /** Begins a new file with a snapshot, as when the old one is full. */
  rotate(): void {
    this.flush()
    this.#disk = snapshotOf(this.state, this.nowMs)
      .map((record) => `${JSON.stringify(record)}\n`)
      .join('')
  }

  onDisk(): LogRecord[] {
    return parseJsonLines<LogRecord>(this.#disk)
  }

  replayed(): State {
    const state = emptyState()
    for (const record of this.onDisk()) apply(state, record)
    return state
  }

  /** Lets time pass until nothing moves any more; every action and every verification goes that way. */
  drain(outcome: Outcome): void {
    for (let round = 0; round < 200; round++) {
      this.nowMs += 5_000
      this.happens({ kind: 'tick' })
      this.flush()
      this.begin()
      while (this.#acting.length > 0) this.endAction(true)
      while (this.#verifying.length > 0) this.endVerification(outcome)
      this.flush()
      this.begin()
    }
  }
}
