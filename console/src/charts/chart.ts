/** What a chart over time is given. */
export interface TimeSeries {
  name: string
  /** One for each time; null where there is none. */
  values: readonly (number | null)[]
  /** A CSS colour. Default: of the palette, by its place. */
  color?: string
  dashed?: boolean
}

/** A span of time that is marked behind the lines. */
export interface Band {
  fromMs: number
  toMs: number
  label: string
  tone: 'fault' | 'alert' | 'drill'
}

export interface TimeChartProps {
  /** What the chart shows, for those who do not see it. */
  label: string
  timesMs: readonly number[]
  series: readonly TimeSeries[]
  format(value: number): string
  /** Of a time on the axis. Default: the time of the day. */
  formatTime?(ms: number): string
  /** The range that is shown. */
  fromMs: number
  toMs: number
  bands?: readonly Band[]
  limits?: readonly { value: number; tone: 'wait' | 'bad' }[]
  stacked?: boolean
  /** Pauses between two lines of the scale, of which one that fits is taken. Default: of ten. */
  increments?: readonly number[]
  min?: number
  max?: number
  /** Of the drawing, in pixels. Default 220. */
  height?: number
  /** Charts of the same group share one cursor. */
  group?: string
  /** Called when a span was selected with the pointer. */
  onZoom?(fromMs: number, toMs: number): void
  /** A fixed mark, for example of a run that is scrubbed through. */
  markMs?: number
  /** Whether the table of the series stands below: it is the legend, and what screen readers read. Default: yes. */
  hasTable?: boolean
  /** Whether the axis of time is drawn: not where several charts share one. Default: yes. */
  hasClock?: boolean
}
