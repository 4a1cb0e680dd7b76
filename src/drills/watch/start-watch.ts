import type { ProbeOptions } from '../../probes/json.ts'
import type { Prometheus } from '../../probes/prometheus.ts'
import type { Observations } from '../evidence/observations.ts'

/**
 * Watches for a Prometheus that is started again in the middle of a run: alerts that fired are pending again then, and `for` begins
 * again. Several behind one URL each have a start of their own: only a start since the watch began counts.
 */
export class StartWatch {
  readonly #prometheus: Pick<Prometheus, 'startedAtMs'>
  readonly #observations: Pick<Observations, 'addChange'>
  readonly #sinceMs: number
  #before: number | undefined

  constructor(
    prometheus: Pick<Prometheus, 'startedAtMs'>,
    observations: Pick<Observations, 'addChange'>,
    {
      startedBeforeMs,
      sinceMs = Date.now(),
    }: { /** As the gate found it. */ startedBeforeMs?: number | undefined; sinceMs?: number } = {},
  ) {
    this.#prometheus = prometheus
    this.#observations = observations
    this.#before = startedBeforeMs
    this.#sinceMs = sinceMs
  }

  /** Resolves with true when it is not known when this Prometheus was started: then there is nothing to watch. */
  async look(options: ProbeOptions): Promise<boolean> {
    const startedAtMs = await this.#prometheus.startedAtMs(options)
    if (startedAtMs === undefined) return true
    this.#before ??= startedAtMs
    if (startedAtMs > this.#before && startedAtMs >= this.#sinceMs - CLOCK_SLACK_MS) {
      this.#observations.addChange({ part: 'prometheus', atMs: startedAtMs, text: 'Prometheus was started again' })
    }
    return false
  }
}

/** By how much the clock of Prometheus may be behind ours, in milliseconds. */
const CLOCK_SLACK_MS = 5_000
