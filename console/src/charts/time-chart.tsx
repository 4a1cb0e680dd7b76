import { useEffect, useMemo, useRef, useState } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import '../styles/charts.css'
import type { TimeChartProps } from './chart.ts'
import { drawBands, drawLimits } from './chart-marks.ts'
import { chartTip, type Tip } from './chart-tip.ts'
import { clockLabel, clockLabels } from './clock-label.ts'
import { type ChartColors, chartColors, seriesColor, useColorScheme } from './colors.ts'
import { SeriesTable } from './series-table.tsx'

/** Values over time: lines or stacked areas, bands behind them, limits across them, one cursor for all charts of a group. */
export function TimeChart(props: TimeChartProps) {
  const { label, timesMs, series, fromMs, toMs, bands = [], height = 220, hasTable = true } = props
  const place = useRef<HTMLDivElement>(null)
  const chart = useRef<uPlot>(undefined)
  const latest = useRef(props)
  latest.current = props
  const scheme = useColorScheme()
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set())
  const names = series.map(({ name }) => name).join('\n')
  const data = useMemo(() => toData(props, hidden), [props, hidden])
  const latestData = useRef(data)
  latestData.current = data

  // The chart is made again only when what it consists of changes: data, range and bands are set on the one that is there.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the rest is read through `latest`
  useEffect(() => {
    if (place.current === null) return undefined
    const made = new uPlot(optionsOf(latest, place.current.clientWidth, hidden), latestData.current, place.current)
    chart.current = made
    const observer = new ResizeObserver(([entry]) => {
      const width = Math.floor(entry?.contentRect.width ?? 0)
      if (width > 0 && width !== made.width) made.setSize({ width, height: latest.current.height ?? 220 })
    })
    observer.observe(place.current)
    return () => {
      observer.disconnect()
      made.destroy()
      chart.current = undefined
    }
  }, [names, scheme, hidden, height, props.stacked, props.group])

  useEffect(() => {
    chart.current?.setData(data, false)
    chart.current?.setScale('x', { min: fromMs / 1_000, max: toMs / 1_000 })
  }, [data, fromMs, toMs])
  // biome-ignore lint/correctness/useExhaustiveDependencies: bands are drawn from `latest`
  useEffect(() => chart.current?.redraw(false), [bands])

  return (
    <div className="chart">
      <div ref={place} className="chart-place" style={{ height }} role="img" aria-label={label} />
      {timesMs.length === 0 && <p className="chart-none">No data in this range</p>}
      {hasTable && (
        <SeriesTable
          label={label}
          series={series}
          format={props.format}
          hidden={hidden}
          onToggle={(name) => setHidden(toggled(hidden, name))}
        />
      )}
    </div>
  )
}

function toggled(hidden: ReadonlySet<string>, name: string): ReadonlySet<string> {
  const next = new Set(hidden)
  if (!next.delete(name)) next.add(name)
  return next
}

function toData({ timesMs, series, stacked }: TimeChartProps, hidden: ReadonlySet<string>): uPlot.AlignedData {
  const xs = timesMs.map((ms) => ms / 1_000)
  if (!stacked) return [xs, ...series.map(({ values }) => values as (number | null)[])]
  const sums = new Array<number>(xs.length).fill(0)
  const rows = series.map(({ name, values }) => {
    if (hidden.has(name)) return values.map(() => null)
    return values.map((value, at) => {
      if (value === null) return null
      sums[at] = (sums[at] ?? 0) + value
      return sums[at] ?? 0
    })
  })
  return [xs, ...rows]
}

type Latest = { readonly current: TimeChartProps }

function optionsOf(latest: Latest, width: number, hidden: ReadonlySet<string>): uPlot.Options {
  const { series, stacked, height = 220, group, hasClock = true } = latest.current
  const colors = chartColors()
  return {
    width: Math.max(100, width),
    height,
    legend: { show: false },
    cursor: {
      y: false,
      drag: { x: true, y: false, setScale: false },
      ...(group === undefined ? {} : { sync: { key: group, setSeries: false } }),
    },
    scales: { x: { time: true }, y: { range: (_, low, high) => rangeOf(latest.current, low, high) } },
    axes: axesOf(latest, colors),
    // Without a clock the drawing ends where its place does, so that what is above and below it fits.
    ...(hasClock ? {} : { padding: [8, 0, 4, 0] }),
    series: [
      {},
      ...series.map(({ name, color, dashed }, at): uPlot.Series => {
        const stroke = color ?? colors.palette[at % colors.palette.length] ?? colors.text
        return {
          label: name,
          show: !hidden.has(name),
          stroke,
          width: 1.5,
          points: { show: false },
          ...(dashed ? { dash: [6, 4] } : {}),
          ...(stacked ? { fill: `color-mix(in srgb, ${stroke} 30%, transparent)` } : {}),
        }
      }),
    ],
    ...(stacked ? { bands: series.slice(1).map((_, at) => ({ series: [at + 2, at + 1] as [number, number] })) } : {}),
    plugins: [chartTip((at) => tipOf(latest.current, at, hidden))],
    hooks: {
      drawClear: [(plot) => drawBands(plot, latest.current, colors)],
      draw: [(plot) => drawLimits(plot, latest.current, colors)],
      setSelect: [
        (plot) => {
          const { left, width: selected } = plot.select
          if (selected < 5) return
          latest.current.onZoom?.(plot.posToVal(left, 'x') * 1_000, plot.posToVal(left + selected, 'x') * 1_000)
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
        },
      ],
    },
  }
}

function axesOf(latest: Latest, colors: ChartColors): uPlot.Axis[] {
  const { hasClock = true, increments } = latest.current
  const axis = { stroke: colors.muted, grid: { stroke: colors.line, width: 1 }, ticks: { show: false }, font: FONT }
  return [
    {
      ...axis,
      show: hasClock,
      size: 26,
      values: (plot, times) => clockLabels(plot, times, latest.current),
    },
    {
      ...axis,
      ...(increments && { incrs: [...increments] }),
      size: CHART_LEFT,
      values: (_, values) => values.map((value) => latest.current.format(value)),
    },
  ]
}

/** Where the drawing begins, in pixels: beside it stands its scale. */
const CHART_LEFT = 64

/** The values at one time, the highest first. */
function tipOf({ timesMs, series, format, ...range }: TimeChartProps, at: number, hidden: ReadonlySet<string>): Tip {
  const rows = series.flatMap(({ name, values, color }, place) => {
    const value = values[at]
    if (value === null || value === undefined || hidden.has(name)) return []
    return [{ name, value, text: format(value), color: color ?? seriesColor(place) }]
  })
  return { time: clockLabel(timesMs[at] ?? 0, range), rows: rows.sort((a, b) => b.value - a.value) }
}

const FONT = '11px system-ui, sans-serif'

function rangeOf({ min, max }: TimeChartProps, low: number | null, high: number | null): [number, number] {
  const bottom = min ?? low ?? 0
  const top = max ?? high ?? 1
  if (top > bottom) return [bottom, max ?? top + (top - bottom) * 0.05]
  return [bottom, bottom + Math.max(1, Math.abs(bottom))]
}
