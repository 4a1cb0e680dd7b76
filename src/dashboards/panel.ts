import type { Builder } from '@grafana/grafana-foundation-sdk/cog'
import type { Panel as PanelJson } from '@grafana/grafana-foundation-sdk/dashboard'
import type { Clock } from './clock.ts'

/** A panel, made for a profile's clock. */
export type Panel = (clock: Clock) => Builder<PanelJson>

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

/** What every kind of panel needs. */
export interface PanelSpec {
  title: string
  /** What it shows and what to make of it, for somebody who is woken by it. */
  description: string
  /** A unit of Grafana's, from its SDK. */
  unit: string
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
