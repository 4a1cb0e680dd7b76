import type { Prometheus, Series } from '../../../probes/prometheus.ts'
import { type AlertHistoryView, type AlertSpan, type FaultSpan, MOST_SPANS } from '../../contract.ts'
import { type Grid, spansOf } from './spans.ts'

/** Reads from Prometheus what was active when. */

/** Longer than a list needs: a range of a week reads many samples. */
const PROBE = { timeoutMs: 8_000 }

/** Alerts of which a person is notified, and the faults in force, in a range of time. `name`: only those of one name. */
export async function readSpans(prometheus: Prometheus, grid: Grid, name?: string): Promise<AlertHistoryView> {
  // The Watchdog always fires. One that only holds others back is asked for by its name.
  const which = name === undefined ? 'alertname!="Watchdog", severity!="none"' : `alertname=${JSON.stringify(name)}`
  const [alerts, faults] = await Promise.all([
    seriesIn(prometheus, `ALERTS{${which}}`, { grid, ...PROBE }),
    readFaultSpans(prometheus, grid, PROBE),
  ])
  const alertSpans = alerts.flatMap(({ labels: { alertname = '', alertstate, ...labels }, samples }) =>
    spansOf(samples, grid).map(
      (span): AlertSpan => ({
        name: alertname,
        labels,
        state: alertstate === 'firing' ? 'firing' : 'pending',
        ...span,
      }),
    ),
  )
  return {
    ...grid,
    alerts: latest(alertSpans),
    faults,
    leftOut: Math.max(0, alertSpans.length - MOST_SPANS),
  }
}

/** The faults in force in a range of time. */
export async function readFaultSpans(
  prometheus: Prometheus,
  grid: Grid,
  options: { timeoutMs: number },
): Promise<FaultSpan[]> {
  const faults = await seriesIn(prometheus, 'firedrill_fault_active', { grid, ...options })
  const spans = faults.flatMap(({ labels: { fault = '', replica, service = '' }, samples }) =>
    spansOf(samples, grid).map(({ fromMs, toMs }): FaultSpan => ({ fault, target: replica ?? service, fromMs, toMs })),
  )
  return latest(spans)
}

function seriesIn(
  prometheus: Prometheus,
  series: string,
  { grid: { fromMs, toMs, stepMs }, timeoutMs }: { grid: Grid; timeoutMs: number },
): Promise<Series[]> {
  // The first half finds what is shorter than a step, the second what is evaluated less often than that.
  const seen = `max_over_time(${series}[${stepMs}ms]) or max without () (${series})`
  return prometheus.range(seen, { startMs: fromMs, endMs: toMs, stepMs }, { timeoutMs })
}

function latest<One extends { fromMs: number }>(spans: readonly One[]): One[] {
  return spans.toSorted((a, b) => a.fromMs - b.fromMs).slice(-MOST_SPANS)
}
