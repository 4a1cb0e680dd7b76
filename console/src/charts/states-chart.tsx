import { useEffect, useMemo, useRef } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import '../styles/charts.css'
import { formatClock } from '../format/format-age.ts'
import type { Band } from './chart.ts'
import { drawBands } from './chart-marks.ts'
import { chartTip, type Tip } from './chart-tip.ts'
import { clockLabel, clockLabels } from './clock-label.ts'
import { type ChartColors, chartColors, useColorScheme } from './colors.ts'
import { type State, type StateColor, type StateSpan, stateSpans } from './state-spans.ts'

/** States over time: one lane a row, coloured by what its values stand for, on the same axis and with the same cursor as a `TimeChart`. */
export function StatesChart(props: StatesChartProps) {
  const { label, timesMs, rows, stateOf, fromMs, toMs } = props
  const place = useRef<HTMLDivElement>(null)
  const chart = useRef<uPlot>(undefined)
  const lanes = useMemo(
    () => rows.map(({ name, values }) => ({ name, spans: stateSpans(timesMs, values, stateOf) })),
    [timesMs, rows, stateOf],
  )
  const latest = useRef({ props, lanes })
  latest.current = { props, lanes }
  const scheme = useColorScheme()
  const height = Math.max(1, rows.length) * LANE_PX + AXIS_PX

  // Made again only when its size changes: data and range are set on the chart that is there.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the rest is read through `latest`
  useEffect(() => {
    if (place.current === null) return undefined
    const made = new uPlot(optionsOf(latest, place.current.clientWidth, height), [[], []], place.current)
    chart.current = made
    const observer = new ResizeObserver(([entry]) => {
      const width = Math.floor(entry?.contentRect.width ?? 0)
      if (width > 0 && width !== made.width) made.setSize({ width, height })
    })
    observer.observe(place.current)
    return () => {
      observer.disconnect()
      made.destroy()
      chart.current = undefined
    }
  }, [scheme, height, props.group])

  // biome-ignore lint/correctness/useExhaustiveDependencies: a chart that was made again has no data yet
  useEffect(() => {
    chart.current?.setData([timesMs.map((ms) => ms / 1_000), timesMs.map(() => 0)], false)
    chart.current?.setScale('x', { min: fromMs / 1_000, max: toMs / 1_000 })
  }, [lanes, timesMs, fromMs, toMs, scheme, height, props.group])

  return (
    <div className="chart">
      <div ref={place} className="chart-place" style={{ height }} role="img" aria-label={label} />
      <StatesTable label={label} lanes={lanes} />
    </div>
  )
}

export interface StatesChartProps {
  label: string
  timesMs: readonly number[]
  /** `values`: one for each time. */
  rows: readonly { name: string; values: readonly (number | null)[] }[]
  stateOf(value: number): State | undefined
  fromMs: number
  toMs: number
  bands?: readonly Band[]
  group?: string
  onZoom?(fromMs: number, toMs: number): void
}

interface Lane {
  name: string
  spans: readonly StateSpan[]
}

/** The same as text, for those who do not see the chart. */
function StatesTable({ label, lanes }: { label: string; lanes: readonly Lane[] }) {
  return (
    <div className="hidden">
      <table>
        <caption>{label}</caption>
        <tbody>
          {lanes.map(({ name, spans }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>
                {spans
                  .slice(-MOST_SPANS)
                  .map(({ text, fromMs, toMs }) => `${text} from ${formatClock(fromMs)} to ${formatClock(toMs)}`)
                  .join(', ')}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** Read out of one lane: what was long ago is in the history. */
const MOST_SPANS = 20
const LANE_PX = 36
const AXIS_PX = 34
const LABEL_PX = 14
/** As wide as the scale of a `TimeChart`, so that the times of both stand above each other. */
const LEFT_PX = 64

type Latest = { readonly current: { props: StatesChartProps; lanes: readonly Lane[] } }

function optionsOf(latest: Latest, width: number, height: number): uPlot.Options {
  const colors = chartColors()
  const { group } = latest.current.props
  const axis = { stroke: colors.muted, ticks: { show: false }, font: FONT }
  return {
    width: Math.max(100, width),
    height,
    legend: { show: false },
    cursor: {
      y: false,
      points: { show: false },
      drag: { x: true, y: false, setScale: false },
      ...(group === undefined ? {} : { sync: { key: group, setSeries: false } }),
    },
    scales: { x: { time: true }, y: { range: [0, 1] } },
    axes: [
      {
        ...axis,
        size: 26,
        grid: { stroke: colors.line, width: 1 },
        values: (plot, times) => clockLabels(plot, times, latest.current.props),
      },
      { ...axis, size: LEFT_PX, grid: { show: false }, values: () => [] },
    ],
    series: [{}, { paths: () => null, points: { show: false } }],
    plugins: [chartTip((_, plot) => tipOf(latest.current, plot))],
    hooks: {
      drawClear: [(plot) => drawBands(plot, latest.current.props, colors)],
      draw: [(plot) => drawLanes(plot, latest.current.lanes, colors)],
      setSelect: [
        (plot) => {
          const { left, width: selected } = plot.select
          if (selected < 5) return
          const toMs = (px: number) => plot.posToVal(px, 'x') * 1_000
          latest.current.props.onZoom?.(toMs(left), toMs(left + selected))
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
        },
      ],
    },
  }
}

const FONT = '11px system-ui, sans-serif'

/** The state of each lane at the cursor. */
function tipOf({ props, lanes }: Latest['current'], plot: uPlot): Tip {
  const atMs = plot.posToVal(plot.cursor.left ?? 0, 'x') * 1_000
  const rows = lanes.flatMap(({ name, spans }) => {
    const span = spans.find(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs)
    return span === undefined ? [] : [{ name, text: span.text, color: `var(${VARIABLES[span.color]})` }]
  })
  return { time: clockLabel(atMs, props), rows }
}

function drawLanes(plot: uPlot, lanes: readonly Lane[], colors: ChartColors): void {
  const { ctx, bbox } = plot
  const ratio = devicePixelRatio
  ctx.save()
  ctx.beginPath()
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height)
  ctx.clip()
  ctx.font = `${12 * ratio}px system-ui, sans-serif`
  ctx.textBaseline = 'top'
  ctx.textAlign = 'left'
  for (const [at, { name, spans }] of lanes.entries()) {
    const top = bbox.top + (bbox.height * at) / lanes.length
    const bar = { top: top + (LABEL_PX + 3) * ratio, height: (LANE_PX - LABEL_PX - 8) * ratio }
    ctx.fillStyle = colors.text
    ctx.fillText(name, bbox.left + 2 * ratio, top + 2 * ratio)
    ctx.fillStyle = colors.line
    ctx.globalAlpha = 0.5
    ctx.fillRect(bbox.left, bar.top, bbox.width, bar.height)
    ctx.globalAlpha = 1
    for (const { fromMs, toMs, color } of spans) {
      const fill = colorOf(color, colors)
      if (fill === undefined) continue
      const left = plot.valToPos(fromMs / 1_000, 'x', true)
      ctx.fillStyle = fill
      ctx.fillRect(left, bar.top, Math.max(ratio, plot.valToPos(toMs / 1_000, 'x', true) - left), bar.height)
    }
  }
  ctx.restore()
}

/** Variables of the style sheet. */
const VARIABLES: Readonly<Record<StateColor, string>> = {
  green: '--good',
  yellow: '--wait',
  orange: '--fault',
  red: '--bad',
  transparent: '--line',
}

function colorOf(color: StateColor, colors: ChartColors): string | undefined {
  const all = { green: colors.good, yellow: colors.wait, orange: colors.fault, red: colors.bad, transparent: undefined }
  return all[color]
}
