import { describe, expect, it } from 'vitest'
import { renderAll } from '../stack/preferred-context.ts'
import { profiles } from '../stack/profile.ts'
import { describeStack } from '../stack/topology.ts'
import type { LintFinding, LintRule } from './finding.ts'
import type { Knowledge } from './knowledge/knowledge.ts'
import { shippedKnowledge } from './knowledge/shipped-knowledge.ts'
import { lint } from './lint.ts'
import { readRules } from './rules/rule-file.ts'

const lab = shippedKnowledge(profiles.lab)

function lintOne(expr: string, more: Partial<LintRule> = {}, knowledge: Knowledge = lab): LintFinding[] {
  const rule = { group: 'g', name: 'A', alerts: true, expr, forMs: 0, evaluationMs: 500, labels: {}, annotations: {} }
  return lint([{ ...rule, ...more }], knowledge)
}
const textsOf = (findings: readonly LintFinding[]) =>
  findings.map(({ kind, text, message, next }) => [kind, text, message, ...(next === undefined ? [] : [next])])

describe('lint', () => {
  it.each<[string, string, (string | undefined)[]]>([
    [
      'a series that is not there',
      'http_request_total > 1',
      [
        'unknown series',
        'http_request_total',
        'there is no series http_request_total',
        'did you mean http_requests_total?',
      ],
    ],
    [
      'a matcher on a label that is not there',
      'http_requests_total{code="500"} > 1',
      [
        'unknown label',
        'code="500"',
        'http_requests_total has no label code',
        'known: instance, job, kind, method, route, service, status',
      ],
    ],
    [
      'a group by a label that is not there',
      'sum by (servise) (http_requests_total) > 1',
      [
        'unknown label',
        'servise',
        'no series here has a label servise: grouping by it changes nothing',
        'did you mean service?',
      ],
    ],
    [
      'a group by a label that was aggregated away',
      'sum by (route) (sum by (service) (http_requests_total)) > 1',
      [
        'unknown label',
        'route',
        'the series here have lost their label route: grouping by it changes nothing',
        'known: service',
      ],
    ],
    [
      'a match on a label that one side has lost',
      'sum by (service) (http_requests_total) > on (instance) db_pool_waiting',
      [
        'no match',
        'sum by (service) (http_requests_total) > on (instance) db_pool_waiting',
        'no series of one side matches one of the other: only the right side has instance',
      ],
    ],
    [
      'a window that holds one sample',
      'rate(http_requests_total[900ms]) > 1',
      [
        'narrow window',
        'http_requests_total[900ms]',
        'a window of 900 ms over samples that come every 500 ms: at times it holds only one',
        'at least 1.00 s; four times the interval is safe',
      ],
    ],
    [
      'a share above one',
      'rate(http_requests_total{status="500"}[5s]) / rate(http_requests_total[5s]) > 1',
      [
        'impossible',
        'rate(http_requests_total{status="500"}[5s]) / rate(http_requests_total[5s]) > 1',
        'the left side lies between 0 and 1: this never holds',
      ],
    ],
    [
      'a yes or no that is 2',
      'up == 2',
      ['impossible', 'up == 2', 'the left side lies between 0 and 1: this never holds'],
    ],
    [
      'a count below zero',
      'increase(http_requests_total[5s]) < 0',
      ['impossible', 'increase(http_requests_total[5s]) < 0', 'the left side is never below 0: this never holds'],
    ],
    [
      'a text that is not an expression',
      'rate(up[5m > 1',
      ['refused', '', 'the expression cannot be read from here on'],
    ],
  ])('refuses %s', (_, expr, finding) => {
    expect(textsOf(lintOne(expr))).toEqual([finding])
  })

  it('says where it is', () => {
    const expr = 'up == 0 and http_requests_total{code="500"} > 1'
    const [finding] = lintOne(expr)
    expect(expr.slice(finding?.from, finding?.to)).toBe('code="500"')
  })

  it('refuses a template with a label that the result does not have, also one that the rule adds', () => {
    const annotations = { summary: '{{ $labels.instance }} of {{ $labels.service }}' }
    const findings = lintOne('sum by (service) (up) == 0', { labels: { instance: 'x' }, annotations })
    expect(textsOf(findings)).toEqual([
      ['unknown label', '$labels.instance', 'summary: the result has no label instance', 'known: service'],
    ])
  })

  it('refuses, where it can ask, a selector that no target fits, except in the search for an absence', () => {
    const store = { job: 'store', status: '200' }
    const live: Knowledge = {
      series: new Map([
        ['hits_total', { labels: new Set(['job', 'status']), everyMs: 500, sets: [{ labels: store, everyMs: 500 }] }],
      ]),
      retentionMs: 1e9,
      targets: [{ job: 'store', instance: 'a' }],
    }
    expect(textsOf(lintOne('hits_total{job="quotes"} > 0', {}, live))).toEqual([
      ['no such series now', 'hits_total{job="quotes"}', 'hits_total is there, but no target has these labels now'],
    ])
    expect(lintOne('absent(hits_total{job="quotes"}) or hits_total{job!~"q.*"} > 0', {}, live)).toEqual([])
    // No request has failed yet.
    expect(lintOne('hits_total{status=~"5.."} > 0', {}, live)).toEqual([])
  })

  it('knows that what these rules record may not be there yet', () => {
    const sets = [{ labels: { service: 'store' }, everyMs: 500 }]
    const known = { labels: new Set(['service']), everyMs: 500, sets }
    const live: Knowledge = {
      series: new Map([
        ['hits_total', known],
        ['ratio', known],
      ]),
      retentionMs: 1e9,
    }
    const rules =
      'groups: [{ name: g, rules: [{ record: ratio, expr: hits_total }, { alert: A, expr: "ratio{service=\\"quotes\\"} > 0" }] }]'
    expect(lint(readRules(rules, 500, 'rules.yml'), live)).toEqual([])
  })

  it('judges a window by the slowest of the series that it selects', () => {
    const sets = [
      { labels: { job: 'fast' }, everyMs: 500 },
      { labels: { job: 'slow' }, everyMs: 5_000 },
    ]
    const live: Knowledge = {
      series: new Map([['up', { labels: new Set(['job']), everyMs: 500, sets }]]),
      retentionMs: 1e9,
    }
    expect(lintOne('min_over_time(up{job="fast"}[2s]) == 0', {}, live)).toEqual([])
    expect(lintOne('min_over_time(up[2s]) == 0', {}, live)).toHaveLength(1)
  })

  it('finds everything at once, in several rules', () => {
    const findings = lint(
      [
        ...readRules(
          'groups: [{ name: g, rules: [{ alert: A, expr: upp == 0 }, { alert: B, expr: "sum by (job) (up{a=\\"1\\", b=\\"1\\"}) > 1" }] }]',
          500,
          'rules.yml',
        ),
      ],
      lab,
    )
    expect(findings.map(({ rule, text }) => `${rule} ${text}`)).toEqual(['A upp', 'B a="1"', 'B b="1"'])
  })

  it('knows what the rules themselves record, and its labels', () => {
    const rules = `
groups:
  - name: recorded
    interval: 1s
    rules: [{ record: "service:up:sum", expr: sum by (service) (up), labels: { kept: "yes" } }]
  - name: alerts
    rules:
      - { alert: Good, expr: 'service:up:sum{kept="yes"} == 0' }
      - { alert: Bad, expr: 'service:up:sum{instance="x"} == 0' }
      - { alert: Narrow, expr: 'rate(service:up:sum[1500ms]) > 0' }
`
    expect(lint(readRules(rules, 500, 'rules.yml'), lab).map(({ rule, kind }) => `${rule}: ${kind}`)).toEqual([
      'Bad: unknown label',
      'Narrow: narrow window',
    ])
  })

  it.each([
    'label_replace(probe_success == 0, "service", "$1", "probed", "(.+)")',
    'histogram_quantile(0.95, sum by (le, service) (rate(http_request_duration_seconds_bucket[5s]))) > 0.2',
    'sum by (service) (up) / on (service) group_left (kind) max by (service, kind) (up) > 0',
    'sum without (instance) (up) == 0',
    'topk(3, up) by (service) > 0 or vector(1)',
    'absent(up{job="x", instance=~"y"})',
    'max_over_time(sum(rate(http_requests_total[5s]))[1m:1s]) > 1 unless on () up offset 1m',
    '(1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes) > 0.9',
    '0 < up',
    'up > bool 2',
    '{job="x"}',
    'stock_change_ratio < -0.1',
  ])('lets pass %s', (expr) => {
    expect(textsOf(lintOne(expr))).toEqual([])
  })
})

describe.each(Object.values(profiles))('the rules that ship, on the clock of profile $name', (profile) => {
  it('are clean', () => {
    const files = [...renderAll(describeStack(profile))].filter(([name]) => name.startsWith('rules/'))
    const rules = files.flatMap(([name, text]) => readRules(text, profile.timing.evaluationMs, name))
    expect(rules.length).toBeGreaterThan(20)
    expect(textsOf(lint(rules, shippedKnowledge(profile)))).toEqual([])
  })
})
