export interface Series {
  name: string
  /** CSS colour variable, without the dashes. */
  color: string
  /** One a point; null where there is none. */
  values: readonly (number | null)[]
}

export interface ChartOptions {
  title: string
  /** Second at which each point stands. */
  seconds: readonly number[]
  series: readonly Series[]
  /** Writes a value for the axis and for who points at it. */
  format: (value: number) => string
}

const [WIDTH, HEIGHT] = [560, 210]
const [LEFT, RIGHT, TOP, BOTTOM] = [64, 12, 12, 26]

/** A line chart as an SVG figure. Values for who points at it stand in `data-points`, which the page's script reads. */
export function chart({ title, seconds, series, format }: ChartOptions): string {
  const last = Math.max(1, seconds.at(-1) ?? 1)
  const top = niceTop(Math.max(0, ...series.flatMap(({ values }) => values.map((value) => value ?? 0))))
  const x = (second: number) => LEFT + (second / last) * (WIDTH - LEFT - RIGHT)
  const y = (value: number) => HEIGHT - BOTTOM - (value / top) * (HEIGHT - TOP - BOTTOM)
  const grid = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const value = top * share
    return `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${fixed(y(value))}" y2="${fixed(y(value))}"/><text class="axis" text-anchor="end" x="${LEFT - 6}" y="${fixed(y(value) + 4)}">${escapeHtml(format(value))}</text>`
  })
  const times = [0, 0.25, 0.5, 0.75, 1].map(
    (share) =>
      `<text class="axis" text-anchor="middle" x="${fixed(x(last * share))}" y="${HEIGHT - 6}">${Math.round(last * share)} s</text>`,
  )
  const lines = series.map(
    ({ color, values }) => `<path class="line" style="stroke:var(--${color})" d="${pathOf(values, seconds, x, y)}"/>`,
  )
  const points = seconds.map((second, index) => ({
    x: Number(fixed(x(second))),
    text: [
      `${second} s`,
      ...series.map(({ name, values }) => {
        const value = values[index]
        return `${name} ${value === null || value === undefined ? '-' : format(value)}`
      }),
    ].join('  '),
  }))
  const legend = series.map(
    ({ name, color }) => `<span class="key"><i style="background:var(--${color})"></i>${escapeHtml(name)}</span>`,
  )
  return `<figure>
<figcaption>${escapeHtml(title)} ${legend.join('')}<output></output></figcaption>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeHtml(title)}" data-points="${escapeHtml(JSON.stringify(points))}">
${grid.join('\n')}
${times.join('\n')}
${lines.join('\n')}
<line class="cursor" y1="${TOP}" y2="${HEIGHT - BOTTOM}" x1="-9" x2="-9"/>
</svg>
</figure>`
}

/** A line from point to point, broken where there is no value; a lone point is a short dash. */
function pathOf(
  values: readonly (number | null)[],
  seconds: readonly number[],
  x: (second: number) => number,
  y: (value: number) => number,
): string {
  let path = ''
  let drawing = false
  for (const [index, value] of values.entries()) {
    if (value === null) {
      drawing = false
      continue
    }
    const at = `${fixed(x(seconds[index] ?? index))} ${fixed(y(value))}`
    path += drawing ? `L${at}` : `M${at}h1`
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

function fixed(value: number): string {
  return value.toFixed(1).replace(/\.0$/, '')
}

export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
