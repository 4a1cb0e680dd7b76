/** A time on an axis: with seconds where the range is short, with the day where it is longer than one; or as a chart has it written. */
export function clockLabel(atMs: number, { fromMs, toMs, formatTime }: Axis): string {
  if (formatTime !== undefined) return formatTime(atMs)
  const date = new Date(atMs)
  const time = date.toLocaleTimeString('en-GB', toMs - fromMs < 600_000 ? {} : { hour: '2-digit', minute: '2-digit' })
  return toMs - fromMs > 86_400_000 ? `${date.getDate()}.${date.getMonth() + 1}. ${time}` : time
}

interface Axis {
  fromMs: number
  toMs: number
  formatTime?: (ms: number) => string
}
