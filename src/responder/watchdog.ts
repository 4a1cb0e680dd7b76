import { type Alert, toAlert } from './webhook/alert.ts'

/** The alert that always fires: while it is heard, the way from rule to responder is open. */
export const WATCHDOG = 'Watchdog'
/** What the responder raises itself when it is not. */
export const WATCHDOG_MISSING = 'WatchdogMissing'

/** So many repeats may be missed. */
const MISSED = 3
/** Prometheus finds its Alertmanager only seconds after its start. */
const FIRST_WITHIN_MS = 30_000

/** Knows from the arrival of the Watchdog whether alerts would be heard at all. Pure but for what it remembers. */
export class Watchdog {
  readonly #everyMs: number
  #dueMs: number
  #missing: Alert | undefined
  lastHeardMs: number | undefined

  /** @param everyMs How often it should be heard; 0: nobody waits for it. */
  constructor(everyMs: number, nowMs: number) {
    this.#everyMs = everyMs
    this.#dueMs = nowMs + Math.max(FIRST_WITHIN_MS, MISSED * everyMs)
  }

  /** It arrived; returns what is over by that. */
  heard(nowMs: number): Alert | undefined {
    this.lastHeardMs = nowMs
    this.#dueMs = nowMs + MISSED * this.#everyMs
    const missing = this.#missing
    this.#missing = undefined
    return missing && { ...missing, firing: false, endsAtMs: nowMs }
  }

  /** The alert to raise, once, when it has not been heard for too long. */
  check(nowMs: number): Alert | undefined {
    if (this.#everyMs === 0 || this.#missing !== undefined || nowMs < this.#dueMs) return undefined
    // Of the service that the Watchdog itself names: who has fallen silent, Prometheus or Alertmanager, cannot be told from here.
    const labels = { alertname: WATCHDOG_MISSING, severity: 'critical', service: 'prometheus' }
    this.#missing = toAlert(labels, nowMs, { firing: true, endsAtMs: 0 })
    return this.#missing
  }
}
