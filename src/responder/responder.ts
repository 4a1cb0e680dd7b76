import { messageOf } from '../base/errors.ts'
import { JsonLines } from '../base/json-lines.ts'
import { done, notYet, sleep, waitUntil } from '../base/wait.ts'
import { applyRecord, type Incident, type IncidentRecord } from './incident.ts'
import { type Decision, decide } from './policy.ts'
import { type Alert, readAlerts, type Webhook } from './webhook.ts'

/** What the responder may do to the stack. It has no power of its own: this is the control API, with a token. */
export interface Actuator {
  replicas(service: string): Promise<{ id: string; state: string; sinceMs: number }[]>
  restart(target: { service: string; replica: string }): Promise<void>
}

export interface ResponderOptions {
  /** Path of incident_log.jsonl. */
  log: string
  /** Names this life of the stack. */
  run: string
  actuator: Actuator
  /** Shortest pause between two actions on one target, in milliseconds. */
  cooldownMs: number
  /** How long an action may take to show its effect, in milliseconds. */
  settleMs: number
  observe?: (what: 'received' | 'acted' | 'failed' | 'suppressed') => void
  onError?: (error: unknown) => void
}

/** Everything that can be appended to an incident, without what `#record` fills in. */
type Entry = IncidentRecord extends infer R ? (R extends IncidentRecord ? Omit<R, 'incident' | 'atMs'> : never) : never

/**
 * Takes alerts, decides by policy, acts through the actuator, verifies, and writes every step to the incident log before
 * it goes on. A webhook is answered only when its alerts are on disk.
 */
export class Responder {
  readonly #options: ResponderOptions
  readonly #log: JsonLines<IncidentRecord>
  readonly #incidents = new Map<string, Incident>()
  /** First records under way to the disk: a duplicate delivery is answered when the first one may be. */
  readonly #opening = new Map<string, Promise<void>>()
  /** Actions on one target happen one after the other. */
  readonly #turns = new Map<string, Promise<void>>()
  readonly #lastActedMs = new Map<string, number>()
  readonly #stopping = new AbortController()

  private constructor(options: ResponderOptions, log: JsonLines<IncidentRecord>) {
    this.#options = options
    this.#log = log
  }

  /** Reads the log back: closes what an earlier stack left open, takes up what a crash of this responder interrupted. */
  static async open(options: ResponderOptions): Promise<Responder> {
    const { log, entries } = await JsonLines.open<IncidentRecord>(options.log)
    const responder = new Responder(options, log)
    for (const entry of entries) applyRecord(responder.#incidents, entry)
    for (const incident of responder.incidents()) {
      if (incident.actedAtMs !== undefined && incident.decision) {
        responder.#lastActedMs.set(incident.decision.target, incident.actedAtMs)
      }
      if (incident.status === 'resolved') continue
      if (incident.run !== options.run) {
        const detail = 'the stack it happened in has ended'
        await responder.#record(incident.id, { event: 'resolved', endsAtMs: Date.now(), detail })
      } else if (incident.actedAtMs === undefined) responder.#handle(incident)
    }
    return responder
  }

  /** Oldest first. */
  incidents(): Incident[] {
    return [...this.#incidents.values()]
  }

  /** Resolves when everything in the delivery is on disk; acting goes on afterwards. Returns the incidents it is about. */
  async receive(webhook: Webhook, receivedAtMs: number): Promise<string[]> {
    // The Watchdog is a sign of life, not an incident.
    const alerts = readAlerts(webhook, receivedAtMs).filter(({ name }) => name !== 'Watchdog')
    this.#options.observe?.('received')
    await Promise.all(
      alerts.map((alert) => (alert.firing ? this.#firing(alert, receivedAtMs) : this.#resolved(alert, receivedAtMs))),
    )
    return alerts.map((alert) => alert.incident)
  }

  async close(): Promise<void> {
    this.#stopping.abort(new Error('the responder is stopping'))
    await Promise.allSettled(this.#turns.values())
    await this.#log.close()
  }

  async #firing(alert: Alert, receivedAtMs: number): Promise<void> {
    const underWay = this.#opening.get(alert.incident)
    if (underWay !== undefined) return underWay
    if (this.#incidents.has(alert.incident)) return
    const { incident: id, name: alertname, labels, startsAtMs } = alert
    const written = this.#record(
      id,
      { event: 'opened', run: this.#options.run, alertname, labels, startsAtMs },
      receivedAtMs,
    )
    this.#opening.set(id, written)
    try {
      await written
    } catch (error) {
      // Not on disk, so not known: the sender is told, and its next try starts afresh.
      this.#incidents.delete(id)
      throw error
    } finally {
      this.#opening.delete(id)
    }
    const opened = this.#incidents.get(id)
    if (opened !== undefined) this.#handle(opened)
  }

  async #resolved(alert: Alert, receivedAtMs: number): Promise<void> {
    const incident = this.#incidents.get(alert.incident)
    if (incident === undefined || incident.status === 'resolved') return
    await this.#record(incident.id, { event: 'resolved', endsAtMs: alert.endsAtMs }, receivedAtMs)
  }

  /** Puts the incident in its target's queue. */
  #handle(incident: Incident): void {
    const decision = decide({
      incident: incident.id,
      firing: true,
      name: incident.alertname,
      labels: incident.labels,
      startsAtMs: incident.startsAtMs,
      endsAtMs: 0,
    })
    const turn = (this.#turns.get(decision.target) ?? Promise.resolve())
      .then(() => this.#act(incident, decision))
      .catch((error: unknown) => {
        if (!this.#stopping.signal.aborted) this.#options.onError?.(error)
      })
    this.#turns.set(decision.target, turn)
  }

  async #act(incident: Incident, decision: Decision): Promise<void> {
    const { action, target, service, reason } = decision
    const suppress = (suppressed: string) => {
      this.#options.observe?.('suppressed')
      return this.#record(incident.id, { event: 'decided', action, target, reason, suppressed })
    }
    if (action === 'none') return suppress('no_policy')
    await this.#cooldown(target)
    if (this.#incidents.get(incident.id)?.status === 'resolved') return suppress('resolved_meanwhile')
    const replica = (await this.#options.actuator.replicas(service)).find((one) => one.id === target)
    if (replica === undefined) return suppress('unknown_target')
    // Healthy since after the alert began: somebody was faster. Healthy since before: it hangs, whatever it says.
    if (replica.state === 'healthy' && replica.sinceMs > incident.startsAtMs) return suppress('already_healthy')
    if (replica.state === 'starting') return suppress('already_starting')
    await this.#record(incident.id, { event: 'decided', action, target, reason })
    await this.#record(incident.id, { event: 'acting', action, target })
    const sinceMs = Date.now()
    try {
      await this.#options.actuator.restart({ service, replica: target })
    } catch (error) {
      this.#options.observe?.('failed')
      await this.#record(incident.id, { event: 'acted', ok: false, detail: messageOf(error) })
      return
    } finally {
      this.#lastActedMs.set(target, Date.now())
    }
    this.#options.observe?.('acted')
    await this.#record(incident.id, {
      event: 'acted',
      ok: true,
      detail: `${target} restarted in ${Date.now() - sinceMs} ms`,
    })
    await this.#verify(incident.id, service, target, sinceMs)
  }

  async #cooldown(target: string): Promise<void> {
    const leftMs = (this.#lastActedMs.get(target) ?? 0) + this.#options.cooldownMs - Date.now()
    if (leftMs > 0) await sleep(leftMs, this.#stopping.signal)
  }

  async #verify(incident: string, service: string, target: string, sinceMs: number): Promise<void> {
    try {
      await waitUntil(
        async () => {
          const replica = (await this.#options.actuator.replicas(service)).find((one) => one.id === target)
          return replica?.state === 'healthy' && replica.sinceMs >= sinceMs ? done(0) : notYet(replica?.state ?? 'gone')
        },
        {
          what: `${target} to be healthy`,
          timeoutMs: this.#options.settleMs,
          intervalMs: 100,
          signal: this.#stopping.signal,
        },
      )
      await this.#record(incident, { event: 'verified', ok: true, detail: `${target} is healthy` })
    } catch (error) {
      if (!this.#stopping.signal.aborted)
        await this.#record(incident, { event: 'verified', ok: false, detail: messageOf(error) })
    }
  }

  #record(incident: string, entry: Entry, atMs = Date.now()): Promise<void> {
    const record = { incident, atMs, ...entry } as IncidentRecord
    applyRecord(this.#incidents, record)
    return this.#log.append(record)
  }
}
