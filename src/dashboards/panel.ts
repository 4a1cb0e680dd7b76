import type { Unit } from './units.ts'

/** A panel of a dashboard, as data: Grafana's JSON is rendered from it, and the console draws it. */
export type Panel = FigurePanel | GraphPanel | ListPanel | StatesPanel | TextPanel

/** A panel that shows what Prometheus answers. */
export type DataPanel = Exclude<Panel, TextPanel>

/** One number a series, large, over its course. */
export interface FigurePanel extends Omit<PanelSpec, 'width'>, Placed {
  kind: 'figure'
}

/** Series over time. */
export interface GraphPanel extends Omit<PanelSpec, 'width'>, Placed {
  kind: 'graph'
  /** Parts of a whole. */
  stacked?: true
}

/** A table: one row a series, of its values at the end of the time range. */
export interface ListPanel extends Omit<PanelSpec, 'width'>, Placed {
  kind: 'list'
  /** The labels of the series, and last the name of the value. */
  columns: readonly string[]
}

/** One band a series, coloured by what its value stands for. */
export interface StatesPanel extends Omit<PanelSpec, 'unit' | 'width'>, Placed {
  kind: 'states'
  states: States
}

/** Text to be read. */
export interface TextPanel extends Placed {
  kind: 'text'
  title: string
  description: string
  /** Markdown. */
  content: () => string
}

interface Placed {
  /** Columns of 24. */
  width: number
}

/** One PromQL query of a panel. */
export interface Query {
  expr: string
  /** Name of a series, with labels as `{{route}}`: it distinguishes the series of a panel. */
  legend: string
  /** The series are scraped as often as exporters are: their windows must be wider. */
  exporter?: true
  /** One value for the whole time range, at its end. */
  instant?: true
}

/** Where a figure turns from good to worrying to bad. `below`: smaller is worse. */
export interface Limits {
  warn?: number
  bad: number
  below?: true
}

/** What a value stands for: its word and colour. */
export type States = Readonly<Record<string, { text: string; color: StateColor }>>

export type StateColor = 'green' | 'yellow' | 'orange' | 'red' | 'transparent'

/** What every kind of panel needs. */
export interface PanelSpec {
  title: string
  /** What it shows and what to make of it, for somebody who is woken by it. */
  description: string
  unit: Unit
  queries: readonly Query[]
  limits?: Limits
  min?: number
  max?: number
  decimals?: number
  /**
   * Why the panel shows nothing while all is well, for example "no fault is in force"; shown in place of the data. A panel
   * without it that has no data on a stack under load fails the tests.
   */
  quiet?: string
  /** Columns of 24. */
  width?: number
}
