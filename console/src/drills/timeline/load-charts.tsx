import { useMemo } from 'react'
import type { Band } from '../../charts/chart.ts'
import { chartColors, useColorScheme } from '../../charts/colors.ts'
import { TimeChart } from '../../charts/time-chart.tsx'
import type { Story } from '../story/story.ts'
import { faultSpan } from './bars.ts'
import { type LoadSeries, loadSeries } from './load-series.ts'
import type { TimeRange } from './time-range.ts'

/** What users got, second by second: requests that went well and that failed, and how long they took, with the fault behind them. */
export function LoadCharts({ story, range }: { story: Story; range: TimeRange }) {
  useColorScheme()
  const load = story.series?.load
  const startMs = story.series?.startMs ?? 0
  const series = useMemo<LoadSeries>(() => loadSeries(load, startMs), [load, startMs])
  if (load === undefined || load.requests.length === 0) return null
  const { good, bad, palette } = { ...chartColors(), good: chartColors().palette[2] }
  const shared = {
    ...range,
    bands: bandsOf(story),
    timesMs: series.timesMs,
    hasClock: false,
    min: 0,
    group: 'drill-run',
  }
  return (
    <section className="tracks">
      <h3>What users got</h3>
      <div className="plane-chart">
        <TimeChart
          {...shared}
          label="Requests per second: those that went well, and those that failed"
          height={130}
          stacked
          format={perSecond}
          series={[
            { name: 'went well', values: series.good, color: good ?? '' },
            { name: 'failed', values: series.failed, color: bad },
          ]}
        />
      </div>
      <div className="plane-chart">
        <TimeChart
          {...shared}
          label="How long 95 of 100 requests took at most"
          height={110}
          format={latency}
          series={[{ name: 'latency, p95', values: series.p95Ms, color: palette[0] ?? '' }]}
        />
      </div>
    </section>
  )
}

function bandsOf(story: Story): Band[] {
  const faults = story.faults.map(
    (fault): Band => ({
      ...faultSpan(fault, story),
      label: `${fault.fault} ${fault.replica ?? fault.service}`,
      tone: 'fault',
    }),
  )
  const changes = story.steps.flatMap(({ kind, text, startedAtMs, endedAtMs, putBack }): Band[] =>
    kind === 'action' && startedAtMs !== null
      ? [{ fromMs: startedAtMs, toMs: putBack?.atMs ?? endedAtMs ?? story.untilMs, label: text, tone: 'drill' }]
      : [],
  )
  return [...faults, ...changes]
}

function perSecond(value: number): string {
  return `${Math.round(value).toLocaleString('en-US')}/s`
}

function latency(ms: number): string {
  return ms >= 1_000 ? `${(ms / 1_000).toFixed(1)} s` : `${ms < 10 && ms > 0 ? ms.toFixed(1) : Math.round(ms)} ms`
}
