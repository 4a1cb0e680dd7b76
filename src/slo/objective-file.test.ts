import { describe, expect, it } from 'vitest'
import { InvalidFileError } from '../base/file-problem.ts'
import { readObjectives } from './objective-file.ts'
import { testSpec } from './test-spec.ts'

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
        given:    1st
      slos/x.yaml:20:30 slos[3].sli.events.error_query: the query has no window
        expected: {{.window}} wherever a range goes: rate(x[{{.window}}])
        given:    "sum(rate(x[5m]))"
      slos/x.yaml:20:63 slos[3].sli.events.total_query: not a PromQL expression
        expected: a closing ")"
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
    ['an older OpenSLO', 'apiVersion: openslo/v1alpha\nkind: SLO\n', 'did you mean openslo/v1?'],
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
})
