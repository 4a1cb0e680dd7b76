import type uPlot from 'uplot'
import type { TimeChartProps } from './chart.ts'
import type { ChartColors } from './colors.ts'

type Marks = Pick<TimeChartProps, 'bands' | 'limits' | 'markMs'>

/** Draws the spans of time behind the lines: faults in force, alerts that fire. */
export function drawBands(plot: uPlot, { bands = [] }: Marks, colors: ChartColors): void {
  const { ctx, bbox } = plot
  ctx.save()
  for (const { fromMs, toMs, tone } of bands) {
    const left = Math.max(bbox.left, plot.valToPos(fromMs / 1_000, 'x', true))
    const right = Math.min(bbox.left + bbox.width, plot.valToPos(toMs / 1_000, 'x', true))
    if (right <= left) continue
    // A drill holds its faults and alerts: they stay to be seen.
    ctx.globalAlpha = tone === 'drill' ? 0.07 : 0.14
    ctx.fillStyle = colors[tone]
    ctx.fillRect(left, bbox.top, right - left, bbox.height)
    ctx.globalAlpha = 0.8
    ctx.fillRect(left, bbox.top, Math.max(1, devicePixelRatio), bbox.height)
  }
  ctx.restore()
}

/** Draws limits across the lines, and the mark of the moment that is looked at. */
export function drawLimits(plot: uPlot, { limits = [], markMs }: Marks, colors: ChartColors): void {
  const { ctx, bbox } = plot
  const right = bbox.left + bbox.width
  ctx.save()
  ctx.lineWidth = devicePixelRatio
  ctx.setLineDash([6 * devicePixelRatio, 4 * devicePixelRatio])
  for (const { value, tone } of limits) {
    const y = plot.valToPos(value, 'y', true)
    if (y < bbox.top || y > bbox.top + bbox.height) continue
    ctx.strokeStyle = colors[tone]
    ctx.beginPath()
    ctx.moveTo(bbox.left, y)
    ctx.lineTo(right, y)
    ctx.stroke()
  }
  if (markMs !== undefined) {
    const x = plot.valToPos(markMs / 1_000, 'x', true)
    if (x >= bbox.left && x <= right) {
      ctx.setLineDash([])
      ctx.strokeStyle = colors.text
      ctx.beginPath()
      ctx.moveTo(x, bbox.top)
      ctx.lineTo(x, bbox.top + bbox.height)
      ctx.stroke()
    }
  }
  ctx.restore()
}
