import type { SteadyClock } from '../base/system/steady-clock.ts'
import { type Alert, toAlert } from './webhook/alert.ts'

/** The alert that always fires: while it arrives, the way from rule to responder is open. */
export const WATCHDOG = 'Watchdog'
/** The alert that the responder raises itself when it does not. */
export const WATCHDOG_MISSING = 'WatchdogMissing'

/** Repeats that may be missed. */
const MISSED = 3
/** Prometheus finds its Alertmanager only seconds after its start. */
const FIRST_WITHIN_MS = 30_000

/** Knows from the arrival of the Watchdog whether alerts would arrive at all. */
export class Watchdog {
  readonly #everyMs: number
  readonly #clock: SteadyClock
  #dueMs: number
  #missing: Alert | undefined
  #lastReceivedMs: number | undefined

  /** @param everyMs How often it should arrive, in milliseconds; 0: it is not expected. */
  constructor(everyMs: number, clock: SteadyClock) {
    this.#everyMs = everyMs
    this.#clock = clock
    this.#dueMs = clock.nowMs() + Math.max(FIRST_WITHIN_MS, MISSED * everyMs)
  }

  /** By the wall clock as it is now. */
  lastReceivedMs(): number | undefined {
    return this.#lastReceivedMs && this.#clock.toWallMs(this.#lastReceivedMs)
  }

  /** Called when it arrives; returns the alert that is over by that, with the times of the wall clock, as all alerts have. */
  received(): Alert | undefined {
    const nowMs = this.#clock.nowMs()
    this.#lastReceivedMs = nowMs
    this.#dueMs = nowMs + MISSED * this.#everyMs
    const missing = this.#missing
    this.#missing = undefined
    return missing && { ...missing, firing: false, endsAtMs: this.#clock.toWallMs(nowMs) }
  }

  /** The alert to raise, once, when it has not arrived for too long. */
  check(): Alert | undefined {
    const nowMs = this.#clock.nowMs()
    if (this.#everyMs === 0 || this.#missing !== undefined || nowMs < this.#dueMs) return undefined
    // The service that the Watchdog itself names: whether Prometheus or Alertmanager is silent is not known here.
    const labels = { alertname: WATCHDOG_MISSING, severity: 'critical', service: 'prometheus' }
    this.#missing = toAlert(labels, this.#clock.toWallMs(nowMs), { firing: true, endsAtMs: 0 })
    return this.#missing
  }
}
