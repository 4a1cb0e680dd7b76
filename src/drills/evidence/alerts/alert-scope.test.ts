import { describe, expect, it } from 'vitest'
import { parseAlertMatcher } from './alert-matcher.ts'
import { type AlertSettings, everyAlert, readAlertScope, whyNotCounted } from './alert-scope.ts'
import { whyNeverCounted } from './never-counted.ts'

const PROXY = { alertname: 'TargetDown', job: 'kube-proxy', severity: 'warning' }

describe('a matcher of alerts', () => {
  it.each<[string, boolean]>([
    ['TargetDown', true],
    ['Target', false],
    ['TargetDown{}', true],
    ['TargetDown{job="kube-proxy"}', true],
    ['TargetDown {job="kube-proxy", severity!="critical"}', true],
    ['TargetDown{job="shop"}', false],
    ['{severity="warning"}', true],
    ['{alertname=~"Target.*", job=~"kube-.+"}', true],
    ['{job=~"kube"}', false],
    ['{job!~"kube-.*"}', false],
    ['{namespace=""}', true],
    ['KubeDown{job="kube-proxy"}', false],
  ])('%s matches as Prometheus does', (text, expected) => {
    expect(parseAlertMatcher(text)?.matches(PROXY)).toBe(expected)
  })

  it('takes the name of an alert as it is, spaces and all', () => {
    expect(parseAlertMatcher('Host out of memory')?.matches({ alertname: 'Host out of memory' })).toBe(true)
    expect(parseAlertMatcher('Disk full {job="a"}')?.name).toBe('Disk full')
  })

  it.each([
    '',
    '{}',
    '{',
    'A{',
    'A{job}',
    'A{job="a"',
    'A{job=~"("}',
    'A{job="a"} or B',
    '{job="a"}[5m]',
    '{job="a"} > 1',
  ])('%j is no matcher', (text) => {
    expect(parseAlertMatcher(text)).toBeUndefined()
  })
})

describe('the alerts of a system', () => {
  const { ignore } = readAlertScope({ scope: {}, ignore: ['Etcd', 'TargetDown{job="kube-proxy"}'] })

  it('are all alerts where nothing is said', () => {
    expect(whyNotCounted(PROXY, everyAlert, { isNamed: false })).toBeUndefined()
    expect(readAlertScope(undefined)).toBe(everyAlert)
  })

  it('are not those that are ignored, also when a drill names them', () => {
    const scope = { scope: {}, ignore }
    const why = 'ignored: alerts.ignore has TargetDown{job="kube-proxy"}'
    expect(whyNotCounted(PROXY, scope, { isNamed: false })).toEqual({ kind: 'ignored', why })
    expect(whyNotCounted(PROXY, scope, { isNamed: true })).toEqual({ kind: 'ignored', why })
    expect(whyNotCounted({ ...PROXY, job: 'shop' }, scope, { isNamed: false })).toBeUndefined()
  })

  it('have every label of the scope; one that a drill names may lack a label, and not have another value', () => {
    const scope = { scope: { team: 'shop', cluster: 'a' }, ignore }
    const of = (labels: Record<string, string>, isNamed = false) => whyNotCounted(labels, scope, { isNamed })?.kind
    expect(of({ alertname: 'A', team: 'shop', cluster: 'a' })).toBeUndefined()
    expect(of({ alertname: 'A', team: 'shop' })).toBe('out of scope')
    expect(of({ alertname: 'A', team: 'shop' }, true)).toBeUndefined()
    expect(of({ alertname: 'A', team: 'cart', cluster: 'a' }, true)).toBe('out of scope')
  })
})

describe('an alert that a drill expects', () => {
  const rule = (labels: Record<string, string>) => ({
    alert: 'Down',
    expr: 'up == 0',
    forMs: 0,
    evaluationMs: 1_000,
    labels,
  })
  const wanted = { alert: 'Down', labels: { job: 'shop' } }

  it.each<[string, AlertSettings, string | undefined]>([
    ['can count', { scope: { team: 'shop' }, ignore: ['Down{job="cart"}'] }, undefined],
    ['is ignored by name', { scope: {}, ignore: ['Down'] }, 'ignored: alerts.ignore has Down'],
    [
      'has another label in all its rules',
      { scope: { team: 'cart' }, ignore: [] },
      'out of scope: alerts.scope is {team="cart"}',
    ],
  ])('%s, which is known before a run', (_, settings, why) => {
    const alertRules = [rule({ team: 'shop' })]
    expect(whyNeverCounted(wanted, { alertRules, alertScope: readAlertScope(settings) })).toBe(why)
  })

  it('may count where one of its rules has the labels, or no rule is known', () => {
    const alertScope = readAlertScope({ scope: { team: 'shop' }, ignore: [] })
    expect(
      whyNeverCounted(wanted, { alertRules: [rule({ team: 'cart' }), rule({ team: 'shop' })], alertScope }),
    ).toBeUndefined()
    expect(whyNeverCounted(wanted, { alertRules: [], alertScope })).toBeUndefined()
  })

  it('may count where Prometheus adds a label of the scope, whose value a series may have as well', () => {
    const alertScope = readAlertScope({ scope: { cluster: 'eu-1' }, ignore: [] })
    const alertRules = [{ ...rule({}), sent: { external: { cluster: 'eu-2' }, rules: [] } }]
    expect(whyNeverCounted(wanted, { alertRules, alertScope })).toBeUndefined()
  })
})
