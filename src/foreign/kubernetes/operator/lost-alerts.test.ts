import { describe, expect, it } from 'vitest'
import { lostAlertFindings } from './lost-alerts.ts'
import { alertmanager, alertmanagerConfig, prometheus, rule, viewOf } from './test-operator.ts'

const pager = alertmanagerConfig('shop/pager')
const lostOf = (parts: Parameters<typeof viewOf>[0]) =>
  lostAlertFindings(viewOf({ alertmanagerConfigs: [pager], ...parts }), ['shop'])

describe('lostAlertFindings', () => {
  it.each([
    ['aggregates the namespace away', 'sum by (job) (rate(errors_total[5m])) > 1'],
    ['has no series to take it from', 'absent(up{job="shop"})'],
    ['has another namespace', 'kube_pod_status_ready{namespace="other"} == 0'],
  ])('finds an alert that %s', (_, expr) => {
    const [finding] = lostOf({ rules: [rule('shop/rules', { Lost: expr })] })
    expect(finding?.detail).toBe(
      'AlertmanagerConfig shop/pager never gets Lost: the operator adds the matcher namespace="shop", which does not fit',
    )
    expect(finding?.help[0]).toContain('labels: { namespace: shop }')
    expect(finding?.help[1]).toContain('Alertmanager monitoring/main')
  })

  it.each([
    ['keeps it', 'sum by (namespace, job) (rate(errors_total[5m])) > 1'],
    ['may have it', 'up{job="shop"} == 0'],
  ])('finds nothing where the expression %s', (_, expr) => {
    expect(lostOf({ rules: [rule('shop/rules', { Fine: expr })] })).toEqual([])
  })

  it('reads the labels of the rule before those of its expression', () => {
    const labelled = (namespace: string) => rule('shop/rules', { Gone: { expr: 'absent(up)', labels: { namespace } } })
    expect(lostOf({ rules: [labelled('shop')] })).toEqual([])
    const other = rule('shop/rules', { Gone: { expr: 'up == 0', labels: { namespace: 'base' } } })
    expect(lostOf({ rules: [other] })).toHaveLength(1)
  })

  it.each([
    [
      'the Alertmanager adds no matcher',
      { alertmanagers: [alertmanager({ alertmanagerConfigMatcherStrategy: { type: 'None' } })] },
    ],
    ['no Alertmanager takes the config', { alertmanagers: [alertmanager({ alertmanagerConfigSelector: null })] }],
    [
      'Prometheus gives every alert its namespace',
      { evaluators: [prometheus({ enforcedNamespaceLabel: 'namespace' })] },
    ],
    ['Prometheus adds the label from outside', { evaluators: [prometheus({ externalLabels: { namespace: 'shop' } })] }],
    [
      'the config is for other alerts',
      { alertmanagerConfigs: [alertmanagerConfig('shop/pager', { name: 'team', value: 'web' })] },
    ],
  ])('finds nothing where %s', (_, parts) => {
    const rules = [rule('shop/rules', { Gone: { expr: 'absent(up)', labels: { team: 'shop' } } })]
    expect(lostOf({ rules })).toHaveLength(1)
    expect(lostOf({ rules, ...parts })).toEqual([])
  })

  it('knows that an Alertmanager can except its own namespace', () => {
    const type = 'OnNamespaceExceptForAlertmanagerNamespace'
    const alertmanagers = [alertmanager({ alertmanagerConfigMatcherStrategy: { type } })]
    const rules = [rule('shop/rules', { Gone: 'absent(up)' }), rule('monitoring/rules', { Gone: 'absent(up)' })]
    const view = viewOf({ rules, alertmanagers, alertmanagerConfigs: [pager, alertmanagerConfig('monitoring/all')] })
    const findings = lostAlertFindings(view, ['shop', 'monitoring'])
    expect(findings.map(({ detail }) => detail.split(' never')[0])).toEqual(['AlertmanagerConfig shop/pager'])
  })

  it('reads matchers of regular expressions, in both forms', () => {
    const rules = [rule('shop/rules', { Gone: { expr: 'absent(up)', labels: { team: 'shop' } } })]
    const fitting = alertmanagerConfig('shop/pager', { name: 'team', value: 'shop|web', regex: true })
    const other = alertmanagerConfig('shop/pager', { name: 'team', value: 'sh.*', matchType: '!~' })
    expect(lostOf({ rules, alertmanagerConfigs: [fitting] })).toHaveLength(1)
    expect(lostOf({ rules, alertmanagerConfigs: [other] })).toEqual([])
  })
})
