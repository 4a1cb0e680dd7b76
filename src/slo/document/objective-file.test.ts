import { describe, expect, it } from 'vitest'
import { InvalidFileError, InvalidFilesError } from '../../base/files/file-problem.ts'
import { testSpec } from '../test-spec.ts'
import { readObjectives } from './objective-file.ts'

const read = (text: string) => readObjectives([{ file: 'slos/x.yaml', text }])

/** What people read when a file is wrong. */
function complaint(text: string): string {
  try {
    read(text)
  } catch (error) {
    if (error instanceof InvalidFileError) return error.format()
    throw error
  }
  return 'nothing wrong'
}

describe("a file in Sloth's form", () => {
  it('may hold several services, one a document', () => {
    const both = `---\n${testSpec()}---\n${testSpec().replace('service: shop', 'service: bank')}`
    expect(read(both).map(({ service, name }) => `${service}/${name}`)).toEqual(['shop/orders', 'bank/orders'])
  })

  it('is averaged as Sloth does it unless it asks for counting, for all or for one', () => {
    const counted = 'x-firedrill: { counting: events }'
    expect(read(testSpec())[0]?.counting).toBe('averaged')
    expect(read(testSpec({ extra: counted }))[0]?.counting).toBe('counted')
    expect(read(testSpec().replace('slos:', `${counted}\nslos:`))[0]?.counting).toBe('counted')
    expect(
      read(testSpec({ extra: 'x-firedrill: { counting: averages }' }).replace('slos:', `${counted}\nslos:`))[0]
        ?.counting,
    ).toBe('averaged')
  })

  it('may say of which objective of the file it is the outside, and all that is recorded of it says so', () => {
    const second = (other: string) =>
      testSpec({ extra: `x-firedrill: { outsideOf: ${other} }` })
        .slice(testSpec().indexOf('  - name'))
        .replace('name: orders', 'name: users')
    const [, users] = read(`${testSpec()}${second('orders')}`)
    expect(users).toMatchObject({
      name: 'users',
      outsideOf: 'orders',
      counting: 'averaged',
      labels: { outside_of: 'orders' },
    })
    expect(complaint(`${testSpec()}${second('order')}`)).toContain(
      'slos[1].x-firedrill.outsideOf: this file has no other objective "order"',
    )
    expect(complaint(testSpec({ extra: 'x-firedrill: { outsideOf: orders }' }))).toContain(
      'another objective beside it',
    )
  })

  it('reports every mistake at once, each with line, expected and given', () => {
    const text = `version: prometheus/v1
service: my shop
slos:
  - name: orders
    objectiv: 99.9
    sli:
      events: { error_query: 'sum(rate(x[5m]))', total_query: 'sum(rate(x[{{.window}}])' }
    alerting: { name: OrdersFail }
  - name: prices
    objective: 120
    sli: { raw: { error_ratio_query: 'avg(x[{{.window}}])' } }
    alerting: {}
  - name: stock
    objective: 99
    sli: { plugin: { id: getting-started/availability } }
    alerting: { page_alert: { disable: true }, ticket_alert: { labels: { 1st: x } } }
  - name: parts
    objective: 99
    sli:
      events: { error_query: 'sum(rate(x[5m]))', total_query: 'sum(rate(x[{{.window}}])' }
    alerting: { name: PartsFail }
`
    expect(complaint(text)).toMatchInlineSnapshot(`
      "FD_SLO_INVALID slos/x.yaml: 9 problems
      slos/x.yaml:2:10 service: not what is expected here
        expected: text that matches ^[A-Za-z0-9][-A-Za-z0-9_.]*[A-Za-z0-9]$
        given:    "my shop"
      slos/x.yaml:4:5 slos[0]: "objective" is missing
        expected: a number above 0 to 100
      slos/x.yaml:5:5 slos[0].objectiv: unknown key "objectiv"
        expected: one of name, description, objective, labels, sli, alerting, plugins, x-firedrill
        next:     did you mean objective?
      slos/x.yaml:10:16 slos[1].objective: out of range
        expected: a number above 0 to 100
        given:    120
      slos/x.yaml:15:20 slos[2].sli.plugin: SLI plugins are not supported
        expected: sli.events or sli.raw, with the queries
      slos/x.yaml:16:15 slos[2].alerting: no name for the ticket_alert
        expected: alerting.name, or ticket_alert: { disable: true }
      slos/x.yaml:16:74 slos[2].alerting.ticket_alert.labels.1st: not a name of a label
        expected: letters, digits and _, not beginning with a digit
        given:    "1st"
      slos/x.yaml:20:30 slos[3].sli.events.error_query: the query has no window
        expected: {{.window}} wherever a range goes: rate(x[{{.window}}])
        given:    "sum(rate(x[5m]))"
      slos/x.yaml:20:88 slos[3].sli.events.total_query: not PromQL: the expression ends too early
        given:    "sum(rate(x[{{.window}}])""
    `)
  })

  it.each([
    [
      'an objective that is there twice',
      `---\n${testSpec()}---\n${testSpec()}`,
      'the objective shop-orders is there twice',
    ],
    ['nothing at all', '# only a comment\n', 'empty'],
    ['something else', 'apiVersion: v1\nkind: Service\n', 'not a form that is read here'],
    ['an older OpenSLO', 'apiVersion: openslo/v1alpha\nkind: SLO\n', 'this version of OpenSLO is not read'],
    ['no YAML', 'slos: [', 'not YAML'],
    [
      'a variable that there is not',
      testSpec({ sli: `raw: { error_ratio_query: 'x[{{.window}}] {{ .service }}' }` }),
      'unknown variable {{ .service }}',
    ],
    [
      'the same query twice',
      testSpec({ sli: `events: { error_query: 'x[{{.window}}]', total_query: 'x[{{.window}}]' }` }),
      'both queries are the same',
    ],
    [
      'two indicators',
      testSpec({
        sli: `raw: { error_ratio_query: 'x[{{.window}}]' }, events: { error_query: 'a[{{.window}}]', total_query: 'b[{{.window}}]' }`,
      }),
      'two indicators',
    ],
    [
      'a ratio to be counted',
      testSpec({ sli: `raw: { error_ratio_query: 'x[{{.window}}]' }`, extra: 'x-firedrill: { counting: events }' }),
      'a ratio has no events to count',
    ],
    [
      'plugins for all',
      testSpec().replace('slos:', 'slo_plugins: { chain: [{ id: x }] }\nslos:'),
      'plugins are not supported',
    ],
  ])('refuses %s', (_what, text, message) => {
    expect(complaint(text)).toContain(message)
  })

  it.each([
    'sum(irate(x[{{.window}}]))',
    'sum(avg_over_time(x[{{.window}}]))',
    'rate(sum(x)[{{.window}}:])',
    'histogram_quantile(0.9, sum by (le) (delta(x_bucket[{{.window}}])))',
  ])('refuses to count the events of %s', (query) => {
    const sli = `events: { error_query: '${query}', total_query: 'sum(rate(y[{{.window}}]))' }`
    expect(complaint(testSpec({ sli, extra: 'x-firedrill: { counting: events }' }))).toContain('cannot be counted')
  })

  it.each([
    ['labels of nothing', testSpec().replace('labels: { team: checkout }', 'labels:'), '3:8 labels: wrong type'],
    ['labels that are a list', testSpec({ labels: 'labels: [a]' }), '1 problem\n'],
    ['a list of plugins', testSpec({ extra: 'plugins: [{ id: x }]' }), 'plugins are not supported'],
    ['a target that is no number', testSpec({ objective: '.nan' }), '1 problem\n'],
    ['a target that is no number', testSpec({ objective: '.nan' }), 'given:    .nan'],
    ['a target without end', testSpec({ objective: '-.inf' }), 'given:    -.inf'],
    [
      "Sloth's form for Kubernetes",
      'apiVersion: sloth.slok.dev/v1\nkind: PrometheusServiceLevel\nspec: {}\n',
      'with what is in spec at the top and its keys in snake_case',
    ],
    ["Sloth's windows", 'apiVersion: sloth.slok.dev/v1\nkind: AlertWindows\nspec: {}\n', 'other windows than'],
    [
      'half a character',
      testSpec({ alerting: 'alerting: { name: A, annotations: { a: "x\\ud800" } }' }),
      'annotations.a: half a character',
    ],
    ...['sloth_id', 'sloth_service', 'sloth_slo', 'sloth_window', 'sloth_severity', 'sloth_version'].map(
      (label): [string, string, string] => [
        `a label ${label} of its own`,
        testSpec({ labels: `labels: { ${label}: x }` }),
        'this label says which objective a series is of',
      ],
    ),
    [
      'a label sloth_severity of an alert',
      testSpec({ alerting: 'alerting: { name: A, page_alert: { labels: { sloth_severity: x } } }' }),
      'alerting.page_alert.labels.sloth_severity: this label',
    ],
  ])('refuses %s', (_what, text, message) => {
    expect(complaint(text)).toContain(message)
  })

  it.each([
    ['a number as the value of a label', 'rate(a{code=5}[{{.window}}])', 35],
    ['a function that there is not', 'rat(a[{{.window}}])', 23],
    ['a sum of nothing', 'sum() + rate(a[{{.window}}])', 23],
    ['two expressions', 'rate(a[{{.window}}]) rate(b[{{.window}}])', 44],
    ['a sum of ranges', 'sum(a[{{.window}}])', 27],
    ['an invalid regular expression', 'rate(a{code=~"5(."}[{{.window}}])', 36],
    ['a window of two units', 'rate(a[{{.window}}m])', 41],
    ['half a quotient', 'rate(a[{{.window}}]) /', 45],
    ['a range', 'a[{{.window}}]', 22],
    ['a text', '"{{.window}}"', 22],
    ['a window that fits one clock only', 'rate(a[{{.window}}30s])', 41],
    ['a comment at its end', 'rate(a[{{.window}}]) # all', undefined],
    ['a scalar', 'scalar(rate(a[{{.window}}]))', undefined],
  ])('refuses a query with %s where it stands', (_what, query, column) => {
    const sli = `events:\n  error_query: '${query}'\n  total_query: 'sum(rate(b[{{.window}}]))'\n`
    const text = testSpec({ extra: 'x-firedrill: { counting: events }' }).replace(
      /sli: .*\n/,
      `sli:\n      ${sli.trimEnd().replaceAll('\n', '\n      ')}\n`,
    )
    const place = column === undefined ? 'slos[0].sli: ' : `slos/x.yaml:10:${column} slos[0].sli.events.error_query: `
    expect(complaint(text)).toContain(place)
  })

  it('finds the line and the column within a query of several lines', () => {
    const sli =
      'raw:\n        error_ratio_query: |\n          sum(rate(a[{{.window}}]))\n          /\n          sum(rat(b[{{.window}}]))\n'
    expect(complaint(testSpec().replace(/sli: .*\n/, `sli:\n      ${sli}`))).toMatch(
      /slos\/x\.yaml:13:15 slos\[0\]\.sli\.raw\.error_ratio_query: not PromQL/,
    )
  })

  it.each([
    [
      'page_alert: { annotations: { a: "see {{ nope $value }}" } }',
      'alerting.page_alert.annotations.a: not a template',
    ],
    ['ticket_alert: { labels: { a: "{{ $labels.x }" } }', 'alerting.ticket_alert.labels.a: not a template'],
    ['annotations: { a: "{{ if $value }}x" }', 'alerting.annotations.a: not a template'],
  ])('refuses a template that Prometheus does not load: %s', (part, message) => {
    expect(complaint(testSpec({ alerting: `alerting: { name: A, ${part} }` }))).toContain(message)
  })

  it('takes templates that Prometheus loads, an empty list of plugins, and what a merge key brings', () => {
    const alerting = `alerting: { name: A, annotations: { a: '{{ range query "up" }}{{ .Labels.job | title }}{{ end }}' } }`
    expect(complaint(testSpec({ alerting, extra: 'plugins: []' }))).toBe('nothing wrong')
    const merged = testSpec({ extra: 'x-y: 1' })
      .replace('slos:', 'slo_plugins: []\nslos:')
      .replace('    x-y: 1', '    <<: &more { description: Orders are taken }')
    expect(read(merged)[0]?.description).toBe('Orders are taken')
  })
})

describe('several files', () => {
  it('report the mistakes of all, each under its own', () => {
    const sources = ['a.yaml', 'b.yml'].map((file) => ({ file, text: testSpec({ objective: '0' }) }))
    try {
      readObjectives([...sources, { file: 'c.yaml', text: testSpec() }])
      expect.unreachable()
    } catch (error) {
      if (!(error instanceof InvalidFilesError)) throw error
      expect(error.format()).toMatch(/^FD_SLO_INVALID 2 problems in 2 files\na\.yaml:6:16 .*\nb\.yml:6:16 /s)
      expect(error.toJSON()).toMatchObject({
        code: 'FD_SLO_INVALID',
        problems: [
          { file: 'a.yaml', line: 6, path: 'slos[0].objective' },
          { file: 'b.yml', line: 6, path: 'slos[0].objective' },
        ],
      })
    }
  })
})
