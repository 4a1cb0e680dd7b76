import type { SecondFigures } from '../../load/figures/recorder.ts'
import type { Labels } from '../../probes/prometheus.ts'

/** What happened second by second, for graphs. All times are epoch milliseconds. */
export interface JournalSeries {
  /** Begin of the first second; a whole one. */
  startMs: number
  /** One entry a second, by when a request ended; empty when there was no load. */
  load: SecondFigures
  /** Scrapes of the services that the drill is about: the first one, and each that differs from the one before. */
  up: { service: string; instance: string; changes: { atMs: number; up: boolean }[] }[]
  /** Every alert that was at least pending, with its changes of state; null for what did not happen in the run. */
  alerts: {
    alertname: string
    labels: Labels
    pendingAtMs: number
    firingAtMs: number | null
    endedAtMs: number | null
  }[]
}
