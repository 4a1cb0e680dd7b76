import { defined } from '../base/defined.ts'
import { messageOf } from '../base/errors.ts'
import { JsonLines } from '../base/files/json-lines.ts'
import { SteadyClock } from '../base/system/steady-clock.ts'
import { pollFor, retryFor, sleep } from '../base/wait.ts'
import type { Prometheus } from '../probes/prometheus.ts'
import { actionNamed } from './actions/actions.ts'
import type { Actuator, Replica } from './actions/actuator.ts'
import type { Channel } from './channels/channel.ts'
import { decide, type Event } from './decide/decide.ts'
import type { Intent } from './decide/decision-draft.ts'
import { belowQuorum } from './decide/guards.ts'
import { type LimitView, limitsUsedUp } from './decide/limits.ts'
import { responderErrors } from './errors.ts'
import type { Incident } from './incident/incident.ts'
import { messageFor } from './incident/incident-message.ts'
import { readRecord } from './incident/old-record.ts'
import type { LogRecord } from './incident/record.ts'
import { apply, emptyState, type State, snapshotOf } from './incident/state.ts'
import type { PolicyTarget } from './incident/target.ts'
import type { Policy } from './policy/policy.ts'
import { verify } from './verification.ts'
import type { Alert } from './webhook/alert.ts'
import type { Delivery } from './webhook/webhook.ts'

/**
 * Carries out what `decide` decides, with a clock, a disk and the control API: every event is decided at once, its records go to
 * the log, and nothing is answered or done before they are on disk.
 */
export class Responder {
  readonly state: State
  readonly clock: SteadyClock
  readonly #options: ResponderOptions
  readonly #log: JsonLines<LogRecord>
  readonly #stopping = new AbortController()
  readonly #underWay = new Set<Promise<void>>()
  readonly #ticker: NodeJS.Timeout
  #looking: Promise<void> | undefined
  #lookAgain = false

  private constructor(
    options: ResponderOptions,
    { log, state, clock }: { log: JsonLines<LogRecord>; state: State; clock: SteadyClock },
  ) {
    this.#options = options
    this.#log = log
    this.state = state
    this.clock = clock
    this.#ticker = setInterval(() => {
      if (state.waiting.size > 0 || state.busy.size > 0) this.#happens({ kind: 'tick' })
    }, TICK_MS)
    this.#ticker.unref()
  }

  /** Reads the log back: closes what an earlier stack left open, takes up what a crash of this responder interrupted. */
  static async open(options: ResponderOptions): Promise<Responder> {
    const state = emptyState()
    const { clock = new SteadyClock() } = options
    const read = (line: LogRecord) => {
      const record = readRecord(line)
      apply(state, record)
      clock.notBefore(record.atMs)
    }
    const log = await JsonLines.open<LogRecord>(options.log, read, {
      maxBytes: options.maxLogBytes,
      keep: OLD_LOGS,
      snapshot: () => snapshotOf(state, clock.nowMs()),
    })
    const responder = new Responder(options, { log, state, clock })
    responder.#happens({ kind: 'started' })
    await log.flush()
    return responder
  }

  /** Oldest first: all that are not over, and the latest of those that are. */
  incidents(): Incident[] {
    return [...this.state.incidents.values()]
  }

  /** The limits of the policy that are used up: what it would not repair now. */
  limits(): LimitView[] {
    const { guards } = this.#options.policy
    const limits = limitsUsedUp({ repairs: this.state.repairs, guards, nowMs: this.clock.nowMs() })
    return limits.map((limit) => ({ ...limit, untilMs: this.clock.toWallMs(limit.untilMs) }))
  }

  /** By number or id. */
  find(name: string): Incident | undefined {
    return this.state.incidents.get(name) ?? this.incidents().find(({ number }) => String(number) === name)
  }

  /** Resolves when everything in the delivery is on disk; acting goes on afterwards. @throws FD_RESPONDER_LOG */
  async receive(alerts: readonly Alert[], refused?: Delivery['refused']): Promise<void> {
    const setByMs = this.clock.setByMs()
    this.#happens({ kind: 'delivered', alerts, setByMs, ...defined({ refused }) })
    await this.#written()
  }

  /** Does nothing to a service (`*`: everything) for that time; 0 ends it. Resolves when that is on disk. */
  async maintain(service: string, forMs: number, why: string): Promise<void> {
    this.#happens({ kind: 'maintenance', service, untilMs: this.clock.nowMs() + forMs, why })
    await this.#written()
  }

  async close(): Promise<void> {
    clearInterval(this.#ticker)
    this.#stopping.abort(new Error('the responder is stopping'))
    const late = new AbortController()
    const bound = sleep(LAST_ACTION_MS, late.signal).catch(() => undefined)
    await Promise.race([Promise.allSettled([...this.#underWay]), bound])
    late.abort()
    await this.#log.close()
  }

  #happens(event: Event): void {
    const { state } = this
    const { policy, run, onRecord, onError } = this.#options
    const { records, intents } = decide({ state, policy, run }, event, this.clock.nowMs())
    for (const record of records) {
      this.#log.add(record)
      onRecord?.(record, 'incident' in record ? state.incidents.get(record.incident) : undefined)
    }
    for (const intent of intents) {
      if (intent.kind === 'look') this.#look()
      else this.#start(() => this.#carryOut(intent))
    }
    // Also the records that nobody waits for: a tick's, an outcome.
    if (records.length > 0) this.#log.flush().catch((error: unknown) => onError?.(error))
  }

  async #written(): Promise<void> {
    try {
      await this.#log.flush()
    } catch (error) {
      throw responderErrors.error('FD_RESPONDER_LOG', {
        message: messageOf(error),
        where: this.#options.log,
        next: 'make room on the disk; Alertmanager delivers again',
        cause: error,
      })
    }
  }

  /** Nothing is done before its records are on disk, however long the disk takes. */
  async #writtenAtLast(): Promise<void> {
    const { signal } = this.#stopping
    await retryFor(() => this.#log.flush(), { timeoutMs: Number.POSITIVE_INFINITY, intervalMs: RETRY_MS, signal })
  }

  #start(work: () => Promise<void>): void {
    const running = work()
      .catch((error: unknown) => {
        if (!this.#stopping.signal.aborted) this.#options.onError?.(error)
      })
      .finally(() => this.#underWay.delete(running))
    this.#underWay.add(running)
  }

  /** One look at a time; a request that comes meanwhile gets the next one. */
  #look(): void {
    if (this.#looking !== undefined) {
      this.#lookAgain = true
      return
    }
    this.#looking = this.#lookOnce().finally(() => {
      this.#looking = undefined
      if (this.#lookAgain && !this.#stopping.signal.aborted) {
        this.#lookAgain = false
        this.#look()
      }
    })
  }

  async #lookOnce(): Promise<void> {
    try {
      const services = await this.#services()
      if (!this.#stopping.signal.aborted) this.#happens({ kind: 'looked', services })
    } catch (error) {
      if (this.#stopping.signal.aborted) return
      this.#happens({ kind: 'looked', services: undefined, problem: messageOf(error) })
      await sleep(RETRY_MS, this.#stopping.signal).catch(() => undefined)
    }
  }

  /** As control shows them, with their times by the clock of this process. */
  async #services(): Promise<Map<string, Replica[]>> {
    const services = await this.#options.actuator.services()
    const nowMs = this.clock.nowMs()
    for (const replica of [...services.values()].flat()) {
      const sinceMs = this.clock.fromWallMs(replica.sinceMs)
      // The clock was set back since: what is not known is no proof of a repair.
      replica.sinceMs = sinceMs > nowMs ? 0 : sinceMs
    }
    return services
  }

  async #carryOut(intent: Exclude<Intent, { kind: 'look' }>): Promise<void> {
    await this.#writtenAtLast()
    if (intent.kind === 'act') return this.#act(intent)
    if (intent.kind === 'notify') return this.#notify(intent)
    const { incident, rule, target, sinceMs, deadlineMs } = intent
    const { prometheus, actuator } = this.#options
    const task = { verify: rule.verify, target, labels: incident.labels, sinceMs, deadlineMs }
    const verdict = await verify(
      task,
      {
        actuator: { ...defined({ renames: actuator.renames }), services: () => this.#services() },
        prometheus,
        nowMs: () => this.clock.nowMs(),
      },
      this.#stopping.signal,
    )
    this.#happens({ kind: 'verified', incident: incident.id, ...verdict })
  }

  async #act({ incident, step, target }: Intent & { kind: 'act' }): Promise<void> {
    const { actuator, policy, channels, onActing, warn } = this.#options
    onActing?.(incident)
    const report = (ok: boolean, detail: string) => this.#happens({ kind: 'acted', incident: incident.id, ok, detail })
    try {
      const detail = await actionNamed(step.action).perform(step.params as never, {
        target,
        actuator,
        channels,
        programs: policy.programs,
        message: messageFor(incident),
        mayDisturb: (replica) => this.#mayDisturb(replica),
        log: (text) => warn?.(text, incident),
        signal: this.#stopping.signal,
      })
      report(true, detail)
    } catch (error) {
      // Not known whether it was done: the next start finds it interrupted.
      if (this.#stopping.signal.aborted) return
      report(false, messageOf(error))
    }
  }

  /** Waits, bounded, until enough of the others are healthy. @throws FD_RESPONDER_QUORUM */
  async #mayDisturb(replica: PolicyTarget): Promise<void> {
    const { actuator, policy } = this.#options
    const look = async () => {
      const replicas = (await actuator.services()).get(replica.service) ?? []
      return belowQuorum(policy.guards, replica, replicas)
    }
    const bound = { timeoutMs: QUORUM_WITHIN_MS, intervalMs: TICK_MS, signal: this.#stopping.signal }
    const refusal = await pollFor(look, { ...bound, until: (found) => found === undefined })
    if (refusal !== undefined) throw responderErrors.error('FD_RESPONDER_QUORUM', { message: refusal.detail })
  }

  async #notify({ incident, reason }: Intent & { kind: 'notify' }): Promise<void> {
    const { channels, warn } = this.#options
    warn?.(`left to a person: ${reason}`, incident)
    const sendBy = async ([channel, { send }]: [string, Channel]) => {
      const report = (ok: boolean, detail: string) =>
        this.#happens({ kind: 'notified', incident: incident.id, channel, ok, detail })
      try {
        await send(messageFor(incident), this.#stopping.signal)
        report(true, 'taken')
      } catch (error) {
        report(false, messageOf(error))
      }
    }
    await Promise.all(Object.entries(channels).map(sendBy))
  }
}

const TICK_MS = 100
/** Pause after control or the disk has failed, in milliseconds. */
const RETRY_MS = 250
/** How long a stop waits for an action that is under way, in milliseconds; what is cut off is taken up at the next start. */
const LAST_ACTION_MS = 3_000
const QUORUM_WITHIN_MS = 10_000
const OLD_LOGS = 5

/** What a responder works with. */
export interface ResponderOptions {
  /** Path of incident_log.jsonl. */
  log: string
  /** It is rotated when it would grow beyond this. */
  maxLogBytes: number
  /** The clock it decides by. Default: its own. */
  clock?: SteadyClock
  /** Names this life of the stack. */
  run: string
  policy: Policy
  actuator: Actuator
  prometheus?: Prometheus
  /** Ways to reach people, by name. */
  channels: Readonly<Record<string, Channel>>
  /** Called with each record as it is decided, before it is on disk. */
  onRecord?(record: LogRecord, incident: Incident | undefined): void
  onActing?(incident: Incident): void
  /** Called with what a person should read in the log of the process. */
  warn?(text: string, incident: Incident): void
  onError?(error: unknown): void
}
