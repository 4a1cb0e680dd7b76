import { largest } from '../../base/largest.ts'
import { escapeHtml } from './escape.ts'
import { axisOf, steps } from './time-axis.ts'

/** Lanes over one time axis, in seconds, as an SVG figure; the name of a lane stands above its first bar. */
export function lanes(title: string, rows: readonly Lane[], [from, to]: readonly [number, number]): string {
  const height = TOP + rows.length * LANE + BOTTOM
  const axis = axisOf([from, to], [LEFT, WIDTH - RIGHT])
  const ticks = steps(from, to).map((second) => {
    const x = axis(second).toFixed(1)
    const line = `<line class="${second === 0 ? 'zero' : 'grid'}" x1="${x}" x2="${x}" y1="${TOP}" y2="${height - BOTTOM}"/>`
    return `${line}<text class="axis" text-anchor="middle" x="${x}" y="${height - 7}">${Math.round(second * 10) / 10} s</text>`
  })
  const drawn = rows.map(({ name, bars }, index) => {
    const y = TOP + index * LANE
    const first = axis(
      -largest(
        bars.map((bar) => -bar.from),
        Number.NEGATIVE_INFINITY,
      ),
    )
    const left = Math.max(LEFT, Math.min(first, WIDTH - RIGHT - name.length * LETTER))
    const rects = bars.map((bar) => {
      const width = Math.max(3, axis(bar.to) - axis(bar.from))
      return `<rect class="bar ${bar.kind}" rx="2" x="${axis(bar.from).toFixed(1)}" y="${y + TEXT + 4}" width="${width.toFixed(1)}" height="${BAR}"><title>${escapeHtml(`${bar.kind}: ${shown(bar.from)} to ${shown(bar.to)}`)}</title></rect>`
    })
    return `<text class="lane" x="${left.toFixed(1)}" y="${y + TEXT}">${escapeHtml(name)}</text>${rects.join('')}`
  })
  const keys = (['busy', 'fault', 'felt', 'pending', 'firing', 'action'] as const)
    .filter((kind) => rows.some(({ bars }) => bars.some((bar) => bar.kind === kind)))
    .map((kind) => `<span class="key"><i class="${kind}"></i>${kind}</span>`)
  return `<figure class="wide">
<figcaption>${escapeHtml(title)} ${keys.join('')}</figcaption>
<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escapeHtml(title)}">
${ticks.join('\n')}
${drawn.join('\n')}
</svg>
</figure>`
}

function shown(second: number): string {
  return `${second < 0 ? '' : '+'}${second.toFixed(3)} s`
}

/** One row of a timeline. */
export interface Lane {
  name: string
  bars: readonly { kind: 'busy' | 'fault' | 'pending' | 'firing' | 'action' | 'felt'; from: number; to: number }[]
}

const WIDTH = 1_120
const [LEFT, RIGHT, TOP, BOTTOM] = [12, 12, 6, 24]
/** Height of a lane, of its text and of its bar. */
const [LANE, TEXT, BAR] = [36, 14, 12]
/** About the width of a letter; only to keep names inside of the drawing. */
const LETTER = 6.4
