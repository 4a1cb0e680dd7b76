import { describe, expect, it } from 'vitest'
import { routingOf } from '../../routing/test-routing.ts'
import type { LintRule } from '../finding.ts'
import { ANY_SERIES } from '../knowledge/any-series.ts'
import { routeFindings } from './route-findings.ts'

const rule = (name: string, labels: Record<string, string> = {}, expr = 'sum by (job) (up) == 0'): LintRule => ({
  group: 'g',
  name,
  alerts: true,
  expr,
  forMs: 0,
  evaluationMs: 1_000,
  labels,
  annotations: {},
})
const found = (
  route: string,
  rules: readonly LintRule[],
  more: { receivers?: string; external?: Record<string, string> } = {},
) =>
  routeFindings(rules, ANY_SERIES, {
    routing: routingOf(`route: ${route}`, more.receivers),
    file: 'am.yml',
    ...more,
  }).map(({ kind, rule: name, line, message }) => `${kind}: ${name}${line ?? ''} ${message}`)

describe('lint of routes', () => {
  it.each([
    [
      'that no route takes, where the first one does nothing',
      '{ receiver: nobody, routes: [{ receiver: a, matchers: [severity=page] }] }',
      [rule('A', { severity: 'pgae' })],
    ],
    [
      'without the label that all routes ask for',
      '{ receiver: nobody, routes: [{ receiver: a, matchers: [\'severity=~".+"\'] }] }',
      [rule('A')],
    ],
  ])('finds an alert %s', (_, route, rules) => {
    expect(found(route, rules)).toEqual([
      "no receiver: A no route takes this alert, and the first route's receiver, nobody, does nothing",
    ])
  })

  it.each([
    [
      'a route sends nowhere on purpose',
      '{ receiver: a, routes: [{ receiver: nobody, matchers: [alertname=A] }] }',
      [rule('A')],
    ],
    ['the first route notifies', '{ receiver: a, routes: [{ receiver: b, matchers: [x=1] }] }', [rule('A')]],
    [
      'its label comes from a template',
      '{ receiver: nobody, routes: [{ receiver: a, matchers: [team=b] }] }',
      [rule('A', { team: '{{ $labels.job }}' })],
    ],
    [
      'its label may come from the series',
      '{ receiver: nobody, routes: [{ receiver: a, matchers: [job=b] }] }',
      [rule('A')],
    ],
    [
      'two routes have receivers of their own',
      '{ receiver: a, routes: [{ receiver: b, continue: true }, { receiver: c }] }',
      [rule('A')],
    ],
  ])('finds nothing where %s', (_, route, rules) => {
    expect(found(route, rules)).toEqual([])
  })

  it('counts the labels that Prometheus adds', () => {
    const route = '{ receiver: nobody, routes: [{ receiver: a, matchers: [cluster=eu] }] }'
    expect(found(route, [rule('A')])).toHaveLength(1)
    expect(found(route, [rule('A')], { external: { cluster: 'eu' } })).toEqual([])
  })

  it('finds alerts that arrive twice, once for each two routes', () => {
    const route = '{ receiver: a, routes: [{ receiver: b, matchers: [x=1], continue: true }, { receiver: b }] }'
    const rules = ['A', 'B', 'C', 'D', 'E'].map((name) => rule(name, { x: '1' }))
    expect(found(route, rules)).toEqual([
      'arrives twice: 1 A, B, C and 2 more arrive twice at the receiver b: by {x="1"} (line 1) and by a route for all (line 1)',
    ])
  })

  it('finds two receivers that notify at the same place', () => {
    const routing = routingOf('route: { receiver: a, routes: [{ receiver: b, continue: true }, { receiver: c }] }')
    const receivers = new Map(routing.receivers)
    const [b] = receivers.get('b')?.integrations ?? []
    if (b === undefined) throw new Error('no integration')
    receivers.set('c', { name: 'c', integrations: [{ ...b }] })
    const [finding] = routeFindings([rule('A')], ANY_SERIES, { routing: { ...routing, receivers } })
    expect(finding).toMatchObject({ kind: 'arrives twice' })
    expect(finding?.message).toContain('the same webhook of the receivers b and c')
  })

  it('leaves routes alone that take turns', () => {
    const route = `{ receiver: a, routes: [{ receiver: b, continue: true, mute_time_intervals: [n] }, { receiver: b, active_time_intervals: [n] }] }`
    const receivers = 'time_intervals: [{ name: n, time_intervals: [{ weekdays: [monday] }] }]'
    expect(found(route, [rule('A')], { receivers })).toEqual([])
  })

  it('finds routes that no alert reaches, with their lines', () => {
    const route =
      '{ receiver: a, routes: [{ receiver: b }, { receiver: c, matchers: [x=1] }, { matchers: [x=1, x=2] }] }'
    expect(found(route, [])).toEqual([
      'shadowed route: 1 no alert reaches {x="1"}: a route for all (line 1) above it takes all of them',
      'impossible route: 1 no alert fits {x="1", x="2"}: two of its matchers exclude each other',
    ])
  })
})
