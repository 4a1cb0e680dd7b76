import type uPlot from 'uplot'

/** A time on an axis: with seconds where the range is short, with the day where it is longer than one; or as a chart has it written. */
export function clockLabel(atMs: number, { fromMs, toMs, formatTime }: Axis): string {
  if (formatTime !== undefined) return formatTime(atMs)
  const date = new Date(atMs)
  const time = date.toLocaleTimeString('en-GB', toMs - fromMs < 600_000 ? {} : { hour: '2-digit', minute: '2-digit' })
  return toMs - fromMs > 86_400_000 ? `${date.getDate()}.${date.getMonth() + 1}. ${time}` : time
}

/** The same for the times of an axis. One that stands at the left end is left out: its place is that of the scale. */
export function clockLabels(plot: uPlot, times: readonly number[], axis: Axis): string[] {
  return times.map((time) => (plot.valToPos(time, 'x') < NEAR_PX ? '' : clockLabel(time * 1_000, axis)))
}

/** Half of a label. */
const NEAR_PX = 24

interface Axis {
  fromMs: number
  toMs: number
  formatTime?: (ms: number) => string
}
