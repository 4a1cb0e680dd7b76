import { seriesName } from '../../../dashboards/interpolate.ts'
import { marks } from '../../../dashboards/marks.ts'
import type { Sample, Series } from '../../../probes/prometheus.ts'
import type { DashboardData } from '../../contract.ts'

/** What stands behind the graphs, as spans of time. */

type Mark = DashboardData['marks'][number]

/** Of one dashboard: a graph with more is only coloured. */
const MOST_MARKS = 200

/** The spans in which drills were under way, faults in force and alerts firing, oldest first. */
export function marksOf(found: Readonly<Record<Mark['kind'], readonly Series[]>>, stepMs: number): Mark[] {
  const all = (Object.keys(marks) as Mark['kind'][]).flatMap((kind) =>
    found[kind].flatMap(({ labels, samples }) =>
      spansOf(samples, stepMs).map((span) => ({ kind, label: seriesName(marks[kind].title, labels), ...span })),
    ),
  )
  return all.sort((a, b) => a.fromMs - b.fromMs).slice(-MOST_MARKS)
}

/** The spans in which a series has a sample at each step. A span lasts until the step after its last sample. */
export function spansOf(samples: readonly Sample[], stepMs: number): { fromMs: number; toMs: number }[] {
  const spans: { fromMs: number; toMs: number }[] = []
  for (const { atMs } of samples) {
    const last = spans.at(-1)
    if (last !== undefined && atMs - last.toMs < stepMs / 2) last.toMs = atMs + stepMs
    else spans.push({ fromMs: atMs, toMs: atMs + stepMs })
  }
  return spans
}
