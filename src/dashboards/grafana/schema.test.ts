import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import { Type } from '#typebox'
import { profiles } from '../../stack/profile.ts'
import { renderDashboards } from './render-dashboards.ts'

/*
 * Grafana's dashboard kind (schema version 42), those of its parts that are used here, closed: what is not named is refused.
 * The SDK's types come from the same kind, but leave options and custom fields open.
 */
const strict = { additionalProperties: false }
const Text = Type.String({ minLength: 1 })
const oneOf = (...values: (string | number)[]) => Type.Union(values.map((value) => Type.Literal(value)))
const Datasource = Type.Object({ type: oneOf('prometheus', 'grafana'), uid: Text }, strict)
const Step = Type.Object({ value: Type.Union([Type.Number(), Type.Null()]), color: Text }, strict)
const Duration = Type.String({ pattern: '^\\d+(ms|s|m|h)$' })

const Target = Type.Object(
  {
    refId: Type.String({ pattern: '^[A-Z]$' }),
    datasource: Datasource,
    expr: Text,
    legendFormat: Text,
    format: oneOf('time_series', 'table'),
    range: Type.Boolean(),
    instant: Type.Boolean(),
    interval: Type.Optional(Duration),
  },
  strict,
)
const Position = Type.Object(
  {
    h: Type.Integer({ minimum: 1 }),
    w: Type.Integer({ minimum: 1, maximum: 24 }),
    x: Type.Integer({ minimum: 0, maximum: 23 }),
    y: Type.Integer({ minimum: 0 }),
  },
  strict,
)
const Legend = Type.Object(
  {
    displayMode: oneOf('list', 'table', 'hidden'),
    placement: oneOf('bottom', 'right'),
    showLegend: Type.Boolean(),
    calcs: Type.Array(oneOf('lastNotNull', 'max', 'mean', 'min')),
  },
  strict,
)
const Tooltip = Type.Object({ mode: oneOf('single', 'multi', 'none'), sort: oneOf('none', 'asc', 'desc') }, strict)
const graphOptions = Type.Object({ legend: Legend, tooltip: Tooltip }, strict)
const graphCustom = Type.Object(
  {
    lineWidth: Type.Integer({ minimum: 0, maximum: 10 }),
    fillOpacity: Type.Integer({ minimum: 0, maximum: 100 }),
    showPoints: oneOf('auto', 'never', 'always'),
    thresholdsStyle: Type.Object({ mode: oneOf('off', 'line', 'dashed', 'area') }, strict),
    stacking: Type.Optional(Type.Object({ mode: oneOf('none', 'normal', 'percent'), group: Text }, strict)),
  },
  strict,
)
const figureOptions = Type.Object(
  {
    graphMode: oneOf('none', 'line', 'area'),
    colorMode: oneOf('value', 'background', 'background_solid', 'none'),
    justifyMode: oneOf('auto', 'center'),
    textMode: oneOf('auto', 'value', 'value_and_name', 'name', 'none'),
    wideLayout: Type.Boolean(),
    showPercentChange: Type.Boolean(),
    percentChangeColorMode: oneOf('standard', 'inverted', 'same_as_value'),
    orientation: oneOf('auto', 'horizontal', 'vertical'),
    reduceOptions: Type.Object({ calcs: Type.Array(Text), values: Type.Boolean() }, strict),
  },
  strict,
)
const statesOptions = Type.Object(
  {
    showValue: oneOf('auto', 'never', 'always'),
    rowHeight: Type.Number({ minimum: 0, maximum: 1 }),
    mergeValues: Type.Boolean(),
    alignValue: oneOf('left', 'center', 'right'),
    perPage: Type.Integer({ minimum: 1 }),
    legend: Legend,
    tooltip: Tooltip,
  },
  strict,
)
const statesCustom = Type.Object(
  { lineWidth: Type.Integer({ minimum: 0, maximum: 10 }), fillOpacity: Type.Integer({ minimum: 0, maximum: 100 }) },
  strict,
)
const listOptions = Type.Object(
  { frameIndex: Type.Integer(), showHeader: Type.Boolean(), showTypeIcons: Type.Boolean(), cellHeight: Text },
  { additionalProperties: true },
)

const Link = Type.Object(
  {
    title: Text,
    type: oneOf('link', 'dashboards'),
    icon: Text,
    tooltip: Text,
    tags: Type.Array(Text),
    asDropdown: Type.Boolean(),
    targetBlank: Type.Boolean(),
    includeVars: Type.Boolean(),
    keepTime: Type.Boolean(),
    url: Type.Optional(Type.String({ pattern: '^/d/firedrill-' })),
  },
  strict,
)

const Override = Type.Object(
  {
    matcher: Type.Object({ id: Type.Literal('byRegexp'), options: Text }, strict),
    properties: Type.Array(
      Type.Object(
        {
          id: Type.Literal('links'),
          value: Type.Array(
            Type.Object(
              { title: Text, url: Type.String({ pattern: '^/d/firedrill-' }), targetBlank: Type.Boolean() },
              strict,
            ),
          ),
        },
        strict,
      ),
    ),
  },
  strict,
)

const panel = (type: string, options: object, custom: object) =>
  Type.Object(
    {
      type: Type.Literal(type),
      id: Type.Integer({ minimum: 1 }),
      title: Text,
      description: Text,
      transparent: Type.Boolean(),
      repeatDirection: oneOf('h', 'v'),
      datasource: Datasource,
      gridPos: Position,
      targets: Type.Array(Target, { minItems: 1 }),
      links: Type.Optional(Type.Array(Link)),
      options: options as never,
      transformations: Type.Optional(
        Type.Array(Type.Object({ id: Type.Literal('organize'), options: Type.Object({}) }, strict)),
      ),
      fieldConfig: Type.Object(
        {
          defaults: Type.Object(
            {
              unit: Text,
              thresholds: Type.Object(
                { mode: Type.Literal('absolute'), steps: Type.Array(Step, { minItems: 1 }) },
                strict,
              ),
              custom: Type.Optional(custom as never),
              color: Type.Optional(Type.Object({ mode: Text }, strict)),
              mappings: Type.Optional(
                Type.Array(Type.Object({ type: Type.Literal('value'), options: Type.Object({}) }, strict)),
              ),
              min: Type.Optional(Type.Number()),
              max: Type.Optional(Type.Number()),
              decimals: Type.Optional(Type.Integer({ minimum: 0 })),
              noValue: Type.Optional(Text),
              links: Type.Optional(Type.Array(Link)),
            },
            strict,
          ),
          overrides: Type.Array(Override),
        },
        strict,
      ),
    },
    strict,
  )

const Runbook = Type.Object(
  {
    type: Type.Literal('text'),
    id: Type.Integer({ minimum: 1 }),
    title: Text,
    description: Text,
    transparent: Type.Boolean(),
    repeatDirection: oneOf('h', 'v'),
    gridPos: Position,
    options: Type.Object({ mode: Type.Literal('markdown'), content: Text }, strict),
  },
  strict,
)

const Row = Type.Object(
  {
    type: Type.Literal('row'),
    id: Type.Integer(),
    title: Text,
    collapsed: Type.Boolean(),
    panels: Type.Array(Type.Never()),
    gridPos: Position,
  },
  strict,
)

const Option = Type.Object(
  { selected: Type.Boolean(), text: Type.Union([Text, Type.Array(Text)]), value: Type.Union([Text, Type.Array(Text)]) },
  strict,
)
const Variable = Type.Object(
  {
    type: oneOf('datasource', 'query'),
    name: Type.String({ pattern: '^\\w+$' }),
    label: Text,
    query: Type.Union([Text, Type.Object({ query: Text, refId: Text }, strict)]),
    datasource: Type.Optional(Datasource),
    definition: Type.Optional(Text),
    current: Option,
    multi: Type.Boolean(),
    includeAll: Type.Boolean(),
    allowCustomValue: Type.Boolean(),
    allValue: Type.Optional(Text),
    refresh: Type.Optional(oneOf(0, 1, 2)),
    sort: Type.Optional(Type.Integer({ minimum: 0, maximum: 8 })),
    skipUrlSync: Type.Boolean(),
    auto: Type.Boolean(),
    auto_min: Duration,
    auto_count: Type.Integer(),
  },
  strict,
)

const Annotation = Type.Object(
  {
    name: Text,
    datasource: Datasource,
    enable: Type.Boolean(),
    hide: Type.Boolean(),
    builtIn: Type.Integer(),
    iconColor: Text,
    expr: Type.Optional(Text),
    step: Type.Optional(Duration),
    titleFormat: Type.Optional(Text),
    tagKeys: Type.Optional(Text),
    target: Type.Optional(
      Type.Object(
        { limit: Type.Integer(), matchAny: Type.Boolean(), tags: Type.Array(Text), type: Type.Literal('tags') },
        strict,
      ),
    ),
  },
  strict,
)

const Dashboard = Type.Object(
  {
    uid: Type.String({ pattern: '^[\\w-]{1,40}$' }),
    title: Text,
    description: Text,
    tags: Type.Array(Text, { uniqueItems: true }),
    timezone: oneOf('browser', 'utc'),
    editable: Type.Boolean(),
    graphTooltip: oneOf(0, 1, 2),
    fiscalYearStartMonth: Type.Integer({ minimum: 0, maximum: 11 }),
    schemaVersion: Type.Literal(42),
    time: Type.Object({ from: Text, to: Text }, strict),
    timepicker: Type.Object({ hidden: Type.Boolean(), refresh_intervals: Type.Array(Duration) }, strict),
    refresh: Duration,
    templating: Type.Object({ list: Type.Array(Variable) }, strict),
    annotations: Type.Object({ list: Type.Array(Annotation) }, strict),
    links: Type.Array(Link),
    panels: Type.Array(Type.Object({ type: Text })),
  },
  strict,
)

/** By type, so that a mistake is reported once, with its position. */
const parts = {
  row: Row,
  text: Runbook,
  timeseries: panel('timeseries', graphOptions, graphCustom),
  stat: panel('stat', figureOptions, Type.Object({}, strict)),
  'state-timeline': panel('state-timeline', statesOptions, statesCustom),
  table: panel('table', listOptions, Type.Object({})),
}

const ajv = new Ajv({ allErrors: true, strict: false })
const validate = ajv.compile(Dashboard)
const validatePart = new Map(Object.entries(parts).map(([type, schema]) => [type, ajv.compile(schema)]))

describe.each(['lab', 'production'] as const)('dashboards, profile %s', (profile) => {
  it.each([...renderDashboards(profiles[profile])])('%s holds to the schema of Grafana', (_, text) => {
    const json = JSON.parse(text) as { panels: { type: string; title: string }[] }
    validate(json)
    expect(validate.errors ?? []).toEqual([])
    for (const part of json.panels) {
      const check = validatePart.get(part.type)
      expect([part.title, check?.(part), check?.errors]).toEqual([part.title, true, null])
    }
  })
})
