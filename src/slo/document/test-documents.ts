import fc from 'fast-check'
import { parseAllDocuments, stringify } from 'yaml'
import { testSpec } from '../test-spec.ts'

const metric = (query: string) => ({ metricSource: { type: 'Prometheus', spec: { query } } })
const rolling = [{ duration: '28d', isRolling: true }]
const openSlo = (name: string, spec: object) => ({
  apiVersion: 'openslo/v1',
  kind: 'SLO',
  metadata: { name, labels: { team: ['shop', 'web'] } },
  spec: { service: 'shop', timeWindow: rolling, budgetingMethod: 'Occurrences', ...spec },
})

/** Files that are right, as lists of documents. */
const FILES: readonly (readonly unknown[])[] = [
  [readOne(testSpec())],
  [readOne(testSpec({ extra: 'x-firedrill: { counting: events }' }))],
  [
    readOne(
      testSpec({
        sli: `raw: { error_ratio_query: '1 - sum by (host) (avg_over_time(up[{{.window}}]))' }`,
        alerting: `alerting: { name: A, labels: { a: b }, annotations: { a: '{{ $labels.host }} {{ $value | humanize }}' }, ticket_alert: { disable: true } }`,
      }),
    ),
  ],
  [
    openSlo('orders', { indicatorRef: 'good', objectives: [{ target: 0.99 }, { targetPercent: 99.9 }] }),
    {
      apiVersion: 'openslo/v1',
      kind: 'SLI',
      metadata: { name: 'good' },
      spec: {
        ratioMetric: { counter: true, good: metric('sum(orders_total{result="ok"})'), total: metric('orders_total') },
      },
    },
  ],
  [
    openSlo('lag', {
      indicator: { spec: { thresholdMetric: metric('lag_seconds') } },
      objectives: [{ op: 'lt', value: 2.5, target: 0.9 }],
    }),
  ],
]

/** What is put in the place of a text. Some of it is right in some places. */
const TEXTS = [
  ...[
    '',
    ' ',
    'x',
    'Shop_1',
    '30d',
    '5m',
    '99.9',
    'sloth_id',
    '__proto__',
    '\u0000',
    '\ud800',
    'é\u2028\n',
    '- a: [',
    '#',
  ],
  'rate(a[{{.window}}])',
  'sum(rate(a{b=~"c|d"}[{{ .window }}])) # all of it',
  'sum(rate(a[{{.window}}]))\n/\nsum(rate(b[{{.window}}] offset 1w))',
  'sum(rate(a[{{.window}}]',
  'scalar(sum(rate(a[{{.window}}])))',
  'a[{{.window}}]',
  'a:rate{{.window}}',
  'sum_over_time(a[{{.window}}:30s])',
  'rate(a[1{{.window}}])',
  'a{b="{{.window}}"}',
  'sum(increase(a{b="rate(c[{{.window}}])"}[{{.window}}]))',
  '{{ $labels.a }}',
  '{{ $labels.a | toUpper }} {{ with $x := $value }}{{ $x }}{{ else }}{{ printf "%.2f" 1.5 }}{{ end }}',
  '{{ if $value }}',
  '{{ nope }}',
  '{{/* a */}}{{- define "a" }}{{ end -}}{{ template "a" . }}',
]
const OTHERS = [
  null,
  true,
  0,
  -1,
  5,
  0.5,
  Number.POSITIVE_INFINITY,
  Number.NaN,
  [],
  ['a'],
  {},
  { a: 'b' },
  { 'a b': 1 },
  { sloth_slo: 'x' },
]

/** Files of objectives of which some parts are others, in YAML. */
export const changedFiles: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom(...FILES),
    fc.array(
      fc.tuple(
        fc.nat(10_000),
        fc.constantFrom(...TEXTS),
        fc.option(fc.constantFrom(...OTHERS), { nil: undefined, freq: 2 }),
      ),
      {
        maxLength: 3,
      },
    ),
    fc.boolean(),
  )
  .map(([file, changes, asList]) => {
    const documents = structuredClone(file) as object[]
    for (const [place, text, other] of changes) change(documents, place, text, other)
    return asList ? stringify(documents) : documents.map((one) => stringify(one)).join('---\n')
  })

/** Puts something else in the place of one part, which `place` chooses. */
function change(documents: object[], place: number, text: string, other: unknown): void {
  const parts = partsOf(documents)
  const [holder, key] = parts[place % parts.length] ?? []
  if (holder === undefined || key === undefined) return
  const value = other === undefined ? text : structuredClone(other)
  if (place % 13 === 0) Reflect.deleteProperty(holder, key)
  else if (place % 7 === 0 && text !== '__proto__') Reflect.set(holder, text, value)
  else Reflect.set(holder, key, value)
}

function partsOf(value: unknown): [object, string][] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => [[value, key] as [object, string], ...partsOf(inner)])
}

function readOne(text: string): unknown {
  return parseAllDocuments(text)[0]?.toJS()
}
