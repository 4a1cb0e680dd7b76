import { beforeAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import type { Knowledge } from '../../src/lint/knowledge/knowledge.ts'
import { shippedKnowledge } from '../../src/lint/knowledge/shipped-knowledge.ts'
import { type LabelSet, valuesOf } from '../../src/lint/shape/label-set.ts'
import { accepts } from '../../src/lint/shape/label-values.ts'
import { type Benign, benignAnywhere, benignHere } from '../../src/lint/test-benign.ts'
import { type Never, neverHere } from '../../src/lint/test-never.ts'
import type { Matcher } from '../../src/promql/expression.ts'
import { parseExpression, readSelector, walk } from '../../src/promql/expression.ts'
import { profiles } from '../../src/stack/profile.ts'
import { programOf, runOn } from './tools.ts'

/** What lint says of rules, held against what Prometheus makes of them. */

let promtool: string
beforeAll(async () => {
  promtool = (await programOf('prometheus', 'promtool')).path
}, 120_000)

interface Case {
  rule: Pick<Benign, 'expr' | 'for' | 'labels' | 'annotations' | 'record'>
  series: readonly string[]
  fires: boolean
}

/** The cases for which promtool says something else, with what it says. */
async function wrong(cases: readonly Case[]): Promise<string> {
  const files = Object.fromEntries(
    cases.flatMap(({ rule, series, fires }, index) => {
      const { record = [], expr, labels = {}, annotations = {} } = rule
      const alert = { alert: `A${index}`, expr, ...(rule.for !== undefined && { for: rule.for }), labels, annotations }
      const asked = {
        expr: `group by (alertname) (max_over_time(ALERTS{alertstate="firing", alertname="A${index}"}[1h]))`,
        eval_time: '18m',
        exp_samples: fires ? [{ labels: `{alertname="A${index}"}`, value: 1 }] : [],
      }
      const test = {
        rule_files: [`rules-${index}.yml`],
        evaluation_interval: '15s',
        tests: [
          {
            interval: '15s',
            input_series: series.map((one) => {
              const at = one.startsWith('up ') ? 2 : one.indexOf('} ') + 1 || one.indexOf(' ')
              return { series: one.slice(0, at).trim(), values: one.slice(at).trim() }
            }),
            promql_expr_test: [asked],
          },
        ],
      }
      return [
        [`rules-${index}.yml`, stringify({ groups: [{ name: 'g', rules: [...record, alert] }] })],
        [`test-${index}.yml`, stringify(test)],
      ]
    }),
  )
  const tests = cases.map((_, index) => `test-${index}.yml`)
  const { exitCode, output = '' } = await runOn(promtool, files, () => ['test', 'rules', ...tests])
  if (exitCode === 0) return ''
  const blocks = output.split('Unit Testing:  ').filter((block) => block.includes('FAILED'))
  return blocks.map((block) => `${cases[Number(/test-(\d+)/.exec(block)?.[1])]?.rule.expr}\n${block}`).join('\n')
}

describe('a rule that lint lets pass', () => {
  it.each(Object.entries({ ...benignHere, ...benignAnywhere }))(
    'fires on Prometheus: %s',
    async (_, rules) => {
      expect(await wrong(rules.map((rule) => ({ rule, series: rule.series, fires: true })))).toBe('')
    },
    60_000,
  )
})

const knowledge = shippedKnowledge(profiles.production)

describe('a rule of which lint says that it never fires', () => {
  it.each(Object.entries(neverHere))(
    'does not fire on Prometheus, whatever its series do: %s',
    async (kind, rules) => {
      const never = (rules as readonly Never[]).filter(({ fires, fails }) => fires === undefined && fails === undefined)
      // promtool keeps samples for good.
      if (kind === 'beyond retention') return expect(never.length).toBeGreaterThan(2)
      expect(await wrong(never.map((rule) => ({ rule, series: seriesFor(rule.expr, knowledge), fires: false })))).toBe(
        '',
      )
    },
    60_000,
  )

  it.each(neverHere['ambiguous match'])('fails on Prometheus: $expr', async (rule) => {
    const { fails = '', expr } = rule as Never
    expect(await wrong([{ rule, series: seriesFor(expr, knowledge), fires: false }])).toContain(fails)
  })

  it('fires all the same where lint says so', async () => {
    const rules = Object.values(neverHere).flatMap((all: readonly Never[]) => all.filter(({ fires }) => fires))
    const cases = rules.filter(({ expr }) => !/absent|\[10s\]/.test(expr))
    expect(await wrong(cases.map((rule) => ({ rule, series: seriesFor(rule.expr, knowledge), fires: true })))).toBe('')
  }, 60_000)
})

/** Series of every name in an expression, two from each place that has it, with values all over the range that they can have. */
function seriesFor(expr: string, { series }: Knowledge): string[] {
  const selectors = [...walk(parseExpression(expr))].filter(({ name }) => name === 'VectorSelector').map(readSelector)
  const made = new Map<string, string>()
  for (const { metric = '', matchers: asked } of selectors) {
    const { variants = [], span } = series.get(metric) ?? {}
    for (const [index, set] of variants.filter((one) => mayFit(one, asked)).entries()) {
      for (const labels of labelsOf(set, asked)) {
        const text = Object.entries(labels).map(([label, value]) => `${label}="${value}"`)
        made.set(`${metric}{${text.join(', ')}}`, valuesFor(span, index + made.size, labels.le))
      }
    }
  }
  return [...made].map(([name, values]) => `${name} ${values}`)
}

/** As many as it takes to see what matches what. */
const JOBS = ['store', 'quotes', 'node-exporter', 'redis-exporter', 'control', 'probe-http_2xx']

/** Whether what is asked for by value can be there. */
const mayFit = (set: LabelSet, asked: readonly Matcher[]): boolean =>
  JOBS.some((job) => accepts(valuesOf(set, 'job'), job)) &&
  asked.every(({ label, operator, value }) => operator !== '=' || accepts(valuesOf(set, label), value))

function labelsOf(set: LabelSet, asked: readonly Matcher[]) {
  let all: Record<string, string>[] = [{}]
  for (const label of set.named.keys()) {
    const { only, like } = valuesOf(set, label)
    const wanted = asked.filter((one) => one.label === label && one.operator === '=').map(({ value }) => value)
    const source = like[0]?.source.replace(/^\(([^|)]+).*\)/, '$1')
    const values =
      label === 'le'
        ? ['0.1', '1', '10', '+Inf']
        : (only ?? (source === undefined ? [...wanted, '500', 'v'] : ['1', '2'].map((n) => source.replace('\\d+', n))))
    all = all.flatMap((labels) => [...values].slice(0, 4).map((value) => ({ ...labels, [label]: value })))
    if (label !== 'le') all = all.slice(0, 8)
  }
  return all
}

function valuesFor(span: { min: number; max: number } | undefined, index: number, le: string | undefined): string {
  if (le !== undefined) return `0+${le === '+Inf' ? 9 : Math.ceil(Number(le))}x80`
  if (span?.min === span?.max && span !== undefined) return `${span.min}x80`
  if (span?.max === 1) return index % 3 === 0 ? '0x20 1x20 0x20 1x20' : index % 3 === 1 ? '1x80' : '0x80'
  if (span?.min === 0) return `0+${1 + (index % 7)}x40 0+${1 + (index % 5)}x40`
  return index % 2 === 0 ? '-40+1x80' : '40-1x80'
}
