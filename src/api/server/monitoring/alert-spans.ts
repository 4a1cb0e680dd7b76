import type { Prometheus } from '../../../probes/prometheus.ts'
import { type AlertHistoryView, type AlertSpan, type FaultSpan, MOST_SPANS } from '../../contract.ts'
import { type Grid, spansOf } from './spans.ts'

/** Reads from Prometheus what was active when. */

/** Longer than a list needs: a range of a week reads many samples. */
const PROBE = { timeoutMs: 8_000 }

/** Alerts of which a person is notified, and the faults in force, in a range of time. `name`: only those of one name. */
export async function readSpans(prometheus: Prometheus, grid: Grid, name?: string): Promise<AlertHistoryView> {
  const range = { startMs: grid.fromMs, endMs: grid.toMs, stepMs: grid.stepMs }
  // The first half finds what is shorter than a step, the second what is evaluated less often than that.
  const seen = (series: string) => `max_over_time(${series}[${grid.stepMs}ms]) or max without () (${series})`
  // The Watchdog always fires. One that only holds others back is asked for by its name.
  const which = name === undefined ? 'alertname!="Watchdog", severity!="none"' : `alertname=${JSON.stringify(name)}`
  const [alerts, faults] = await Promise.all([
    prometheus.range(seen(`ALERTS{${which}}`), range, PROBE),
    prometheus.range(seen('firedrill_fault_active'), range, PROBE),
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
  const faultSpans = faults.flatMap(({ labels: { fault = '', replica, service = '' }, samples }) =>
    spansOf(samples, grid).map(({ fromMs, toMs }): FaultSpan => ({ fault, target: replica ?? service, fromMs, toMs })),
  )
  return {
    ...grid,
    alerts: latest(alertSpans),
    faults: latest(faultSpans),
    leftOut: Math.max(0, alertSpans.length - MOST_SPANS),
  }
}

function latest<One extends { fromMs: number }>(spans: readonly One[]): One[] {
  return spans.toSorted((a, b) => a.fromMs - b.fromMs).slice(-MOST_SPANS)
}
