import { largest } from '../../base/largest.ts'
import { escapeHtml } from './escape.ts'
import { type Axis, axisOf, quarters, steps } from './time-axis.ts'

/** A line chart, drawn on the server: what it shows, and how it is laid out. */

export interface Series {
  name: string
  /** CSS colour variable, without the dashes. */
  color: string
  /** One a point; null where there is none. */
  values: readonly (number | null)[]
}

/** A stretch of time that is marked behind the lines. */
export interface Band {
  kind: 'busy' | 'fault' | 'pending' | 'firing' | 'action'
  from: number
  to: number
}

export interface ChartOptions {
  title: string
  /** Second at which each point stands; may be negative. */
  seconds: readonly number[]
  series: readonly Series[]
  /** Writes a value for the axis and for who points at it. */
  format: (value: number) => string
  /** Seconds that the chart shows; from 0 to the last point when left out. */
  span?: readonly [number, number]
  bands?: readonly Band[]
  /** Whether a value holds until the next one, as a state does, rather than changing gradually. */
  stepped?: boolean
  /** Upper end of the axis, where it is known. */
  top?: number
  /** Values are counts: no line of the grid stands between two of them. */
  whole?: boolean
}

const [WIDTH, HEIGHT] = [560, 210]
const [LEFT, RIGHT, TOP, BOTTOM] = [64, 12, 12, 26]

/** A line chart as an SVG figure. Values for who points at it stand in `data-points`, which the page's script reads. */
export function chart(options: ChartOptions): string {
  const { title, seconds, series, format, bands = [], stepped = false, whole = false } = options
  const [from, to] = options.span ?? [0, Math.max(1, seconds.at(-1) ?? 1)]
  const top =
    options.top ??
    niceTop(
      largest(
        series.flatMap(({ values }) => values.map((value) => value ?? 0)),
        0,
      ),
    )
  const axis = axisOf([from, to], [LEFT, WIDTH - RIGHT])
  const y = (value: number) => HEIGHT - BOTTOM - (value / top) * (HEIGHT - TOP - BOTTOM)
  const quartersOfTop = [0, 0.25, 0.5, 0.75, 1]
  const shares =
    whole || (top === 1 && stepped) ? quartersOfTop.filter((one) => Number.isInteger(top * one)) : quartersOfTop
  const grid = shares.map((share) => {
    const value = top * share
    return `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${fixed(y(value))}" y2="${fixed(y(value))}"/><text class="axis" text-anchor="end" x="${LEFT - 6}" y="${fixed(y(value) + 4)}">${escapeHtml(format(value))}</text>`
  })
  const times = (options.span === undefined ? quarters(to) : steps(from, to)).map(
    (second) =>
      `<text class="axis" text-anchor="middle" x="${fixed(axis(second))}" y="${HEIGHT - 6}">${Math.round(second * 10) / 10} s</text>`,
  )
  const marked = bands.map((band) => {
    const [begin, end] = [axis(Math.max(from, band.from)), axis(Math.min(to, band.to))]
    const width = Math.max(1.5, end - begin)
    return `<rect class="band ${band.kind}" x="${fixed(begin)}" width="${fixed(width)}" y="${TOP}" height="${HEIGHT - TOP - BOTTOM}"/>`
  })
  const lines = series.map(
    ({ color, values }) =>
      `<path class="line" style="stroke:var(--${color})" d="${pathOf(values, { seconds, x: axis, y, stepped })}"/>`,
  )
  const points = seconds.map((second, index) => ({
    x: Number(fixed(axis(second))),
    text: [
      `${Math.round(second * 1_000) / 1_000} s`,
      ...series.map(({ name, values }) => {
        const value = values[index]
        return `${name} ${value === null || value === undefined ? '-' : format(value)}`
      }),
    ].join('  '),
  }))
  const legend = series.map(
    ({ name, color }) => `<span class="key"><i style="background:var(--${color})"></i>${escapeHtml(name)}</span>`,
  )
  const drawn = [...marked, ...grid, ...times, ...lines]
  return `<figure>
<figcaption>${escapeHtml(title)} ${legend.join('')}<output></output></figcaption>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" tabindex="0" aria-label="${escapeHtml(title)}" data-points="${escapeHtml(JSON.stringify(points))}">
${drawn.join('\n')}
<line class="cursor" y1="${TOP}" y2="${HEIGHT - BOTTOM}" x1="-9" x2="-9"/>
</svg>
</figure>`
}

/** A line from point to point, broken where there is no value; a lone point is a short dash. */
function pathOf(
  values: readonly (number | null)[],
  { seconds, x, y, stepped }: { seconds: readonly number[]; x: Axis; y: (value: number) => number; stepped: boolean },
): string {
  let path = ''
  let drawing = false
  for (const [index, value] of values.entries()) {
    if (value === null) {
      drawing = false
      continue
    }
    const [left, height] = [fixed(x(seconds[index] ?? index)), fixed(y(value))]
    path += !drawing ? `M${left} ${height}h1` : stepped ? `H${left}V${height}` : `L${left} ${height}`
    drawing = true
  }
  return path
}

/** The next of 1, 2, 5, 10… that is not below the value. */
function niceTop(value: number): number {
  if (value <= 0) return 1
  const power = 10 ** Math.floor(Math.log10(value))
  return ([1, 2, 5, 10].find((step) => step * power >= value) ?? 10) * power
}

/** A coordinate with at most one digit behind the point. */
function fixed(value: number): string {
  return value.toFixed(1).replace(/\.0$/, '')
}
