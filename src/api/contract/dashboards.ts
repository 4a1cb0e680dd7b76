import { type Static, Type } from '#typebox'
import { strictRecord } from '../../base/schema/strict-record.ts'
import { choiceNames } from '../../dashboards/dashboard.ts'
import { units } from '../../dashboards/units.ts'

/** Schemas of the dashboards: what they consist of, and what Prometheus has for them. */

export const DashboardsView = Type.Object({
  dashboards: Type.Array(
    Type.Object({
      name: Type.String(),
      title: Type.String(),
      description: Type.String(),
      tags: Type.Array(Type.String()),
    }),
    { description: 'In the order in which people are shown them' },
  ),
})
export type DashboardsView = Static<typeof DashboardsView>

const Limits = Type.Object({
  warn: Type.Optional(Type.Number()),
  bad: Type.Number(),
  below: Type.Optional(Type.Literal(true, { description: 'Smaller is worse' })),
})
export type PanelLimits = Static<typeof Limits>

const every = {
  name: Type.String({ description: 'Its title as a part of an address; unique on the dashboard' }),
  title: Type.String(),
  description: Type.String(),
  width: Type.Integer({ minimum: 1, maximum: 24, description: 'Columns of 24' }),
}
const withData = {
  ...every,
  queries: Type.Array(Type.String({ description: 'PromQL, before what is chosen is filled in' })),
  alerts: Type.Array(Type.String(), { description: 'Alerts that are judged by this panel; each has a runbook' }),
  limits: Type.Optional(Limits),
  quiet: Type.Optional(Type.String({ description: 'Why it shows nothing while all is well' })),
}
const withValues = {
  ...withData,
  unit: Type.Enum([...units], { description: "Grafana's name of the unit" }),
  min: Type.Optional(Type.Number()),
  max: Type.Optional(Type.Number()),
  decimals: Type.Optional(Type.Integer({ minimum: 0 })),
}
const FigurePanel = Type.Object({ kind: Type.Literal('figure'), ...withValues })
const GraphPanel = Type.Object({
  kind: Type.Literal('graph'),
  ...withValues,
  stacked: Type.Optional(Type.Literal(true)),
})
const ListPanel = Type.Object({
  kind: Type.Literal('list'),
  ...withValues,
  columns: Type.Array(Type.String(), { description: 'Labels of the series, and last the name of the value' }),
})
const StatesPanel = Type.Object({
  kind: Type.Literal('states'),
  ...withData,
  states: strictRecord(
    Type.Object({
      text: Type.String(),
      color: Type.Enum(['green', 'yellow', 'orange', 'red', 'transparent']),
    }),
    { description: 'What a value stands for' },
  ),
})
const TextPanel = Type.Object({
  kind: Type.Literal('text'),
  ...every,
  content: Type.String({ description: 'Markdown' }),
})

export type FigureView = Static<typeof FigurePanel>
export type GraphView = Static<typeof GraphPanel>
export type ListView = Static<typeof ListPanel>
export type StatesView = Static<typeof StatesPanel>
export type TextView = Static<typeof TextPanel>
const PanelView = Type.Union([FigurePanel, GraphPanel, ListPanel, StatesPanel, TextPanel])
export type PanelView = Static<typeof PanelView>

export const DashboardParams = Type.Object({ dashboard: Type.String({ maxLength: 64 }) })
export const PanelParams = Type.Object({
  dashboard: Type.String({ maxLength: 64 }),
  panel: Type.String({ maxLength: 128 }),
})

/** One dashboard as data. */
export const DashboardView = Type.Object({
  name: Type.String(),
  uid: Type.String({ description: "In Grafana's addresses" }),
  title: Type.String(),
  description: Type.String(),
  clock: Type.Object({
    scrapeMs: Type.Number(),
    refreshMs: Type.Number({ description: 'Usual pause between two reloads' }),
    rangeMs: Type.Number({ description: 'Usual length of the time range' }),
  }),
  choices: Type.Array(
    Type.Object({
      name: Type.Enum([...choiceNames]),
      values: Type.Union([Type.Null(), Type.Array(Type.String())], {
        description: 'null: Prometheus does not answer',
      }),
    }),
  ),
  rows: Type.Array(Type.Object({ title: Type.String(), panels: Type.Array(PanelView) })),
})
export type DashboardView = Static<typeof DashboardView>

const Chosen = Type.String({ maxLength: 2_000, description: 'Chosen values, separated by commas; all by default' })
const bounds = { minimum: 0, maximum: 4_102_444_800_000 }
const Moment = Type.Integer({ ...bounds, description: 'Epoch milliseconds' })
const choices = { service: Type.Optional(Chosen), instance: Type.Optional(Chosen), route: Type.Optional(Chosen) }
const timeRange = {
  rangeMs: Type.Optional(
    Type.Integer({ minimum: 1_000, maximum: 31 * 86_400_000, description: 'Up to now. Default: that of the clock' }),
  ),
  fromMs: Type.Optional(Moment),
  toMs: Type.Optional(Moment),
}

export const DashboardQuery = Type.Object(choices, { additionalProperties: false })
export const DashboardDataQuery = Type.Object(
  {
    ...choices,
    ...timeRange,
    stepMs: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 86_400_000, description: 'At least, between two points' }),
    ),
    sinceMs: Type.Optional(
      Type.Integer({
        ...bounds,
        description: 'Until when the reader has the data of this range: only what is new is sent',
      }),
    ),
  },
  { additionalProperties: false },
)
export type DashboardDataQuery = Static<typeof DashboardDataQuery>

const SeriesView = Type.Object({
  name: Type.String(),
  labels: strictRecord(Type.String()),
  values: Type.Array(Type.Union([Type.Null(), Type.Number()]), {
    description: 'One a step, from fromMs on; one in all, at toMs, where the query asks for the whole range',
  }),
})
export type SeriesView = Static<typeof SeriesView>

const PanelData = Type.Object({
  name: Type.String({ description: 'Of the panel' }),
  series: Type.Array(SeriesView),
  more: Type.Optional(Type.Integer({ description: 'Series that were left out' })),
  failure: Type.Optional(Type.String({ description: 'Why Prometheus did not answer a query of it' })),
})
export type PanelData = Static<typeof PanelData>

/** What Prometheus has for all panels of a dashboard. */
export const DashboardData = Type.Object({
  dashboard: Type.String({ description: 'Its name' }),
  fromMs: Type.Number(),
  toMs: Type.Number(),
  stepMs: Type.Number(),
  sinceMs: Type.Optional(
    Type.Number({
      description: 'Of an answer that only continues another: the moment of the first value of each series',
    }),
  ),
  panels: Type.Array(PanelData),
  marks: Type.Array(
    Type.Object({
      kind: Type.Enum(['drill', 'fault', 'alert']),
      label: Type.String(),
      fromMs: Type.Number(),
      toMs: Type.Number(),
    }),
    { description: 'Drills under way, faults in force and alerts that fire, oldest first' },
  ),
})
export type DashboardData = Static<typeof DashboardData>

export const WhyEmptyQuery = Type.Object(
  {
    ...choices,
    ...timeRange,
    nowMs: Type.Optional(Type.Integer({ ...bounds, description: 'By the clock of the one who asks' })),
  },
  { additionalProperties: false },
)
export type WhyEmptyQuery = Static<typeof WhyEmptyQuery>

/** Why a panel may have no data: five checks on the monitoring, made now. */
export const WhyEmptyView = Type.Object({
  conclusion: Type.String({ description: 'The most likely reason, in a sentence' }),
  checks: Type.Array(
    Type.Object({
      name: Type.Enum(['targets', 'traffic', 'series', 'window', 'clocks']),
      question: Type.String(),
      state: Type.Enum(['good', 'bad', 'unknown', 'none'], {
        description: 'unknown: it could not be checked; none: it does not matter here',
      }),
      text: Type.String(),
      next: Type.Optional(Type.String({ description: 'A command that helps' })),
    }),
  ),
})
export type WhyEmptyView = Static<typeof WhyEmptyView>
