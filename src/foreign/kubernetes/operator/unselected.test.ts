import { describe, expect, it } from 'vitest'
import { monitor, prometheus, rule, viewOf } from './test-operator.ts'
import { unselectedFindings } from './unselected.ts'

const context = { namespaces: ['shop'], kubectl: 'kubectl --context lab' }
const checkout = rule('shop/checkout', { Down: 'up == 0' }, { app: 'checkout' })
const findingsFor = (...evaluators: ReturnType<typeof prometheus>[]) =>
  unselectedFindings(viewOf({ rules: [checkout], evaluators }), context)

describe('unselectedFindings', () => {
  it('finds nothing where one Prometheus selects the rule, though another does not', () => {
    const other = prometheus({ ruleSelector: { matchLabels: { team: 'base' } } }, 'monitoring/other')
    expect(findingsFor(other, prometheus())).toEqual([])
  })

  it('says which label a rule needs, and how it gets it', () => {
    const [finding] = findingsFor(prometheus({ ruleSelector: { matchLabels: { release: 'kps' } } }))
    expect(finding).toEqual({
      name: 'operator',
      status: 'note',
      detail:
        'no Prometheus evaluates PrometheusRule shop/checkout, whose alerts never fire: Prometheus monitoring/k8s wants the label release=kps',
      help: ['kubectl --context lab --namespace shop label prometheusrule checkout release=kps'],
    })
  })

  it('says which label its namespace needs', () => {
    const [finding] = findingsFor(prometheus({ ruleNamespaceSelector: { matchLabels: { monitored: 'yes' } } }))
    expect(finding?.detail).toContain('wants of the namespace shop the label monitored=yes')
    expect(finding?.help).toEqual(['kubectl --context lab label namespace shop monitored=yes'])
  })

  it('takes the first value of a list, and describes what no label can meet', () => {
    const expressions = [{ key: 'role', operator: 'In' as const, values: ['alerts', 'rules'] }]
    const [listed] = findingsFor(prometheus({ ruleSelector: { matchExpressions: expressions } }))
    expect(listed?.detail).toContain('wants the label role as one of alerts, rules')
    expect(listed?.help).toEqual(['kubectl --context lab --namespace shop label prometheusrule checkout role=alerts'])
    const without = [{ key: 'app', operator: 'DoesNotExist' as const }]
    const [unmet] = findingsFor(prometheus({ ruleSelector: { matchExpressions: without } }))
    expect(unmet?.detail).toContain('wants no label app')
    expect(unmet?.help[0]).toContain('spec.ruleSelector: {} selects all')
  })

  it.each([
    ['without a selector of rules', { ruleSelector: null }, 'has no selector for them, and so selects none'],
    ['with only its own namespace', { ruleNamespaceSelector: null }, 'is read only in its own namespace, monitoring'],
  ])('knows a Prometheus %s', (_, spec, expected) => {
    const [finding] = findingsFor(prometheus(spec))
    expect(finding?.detail).toContain(expected)
    expect(finding?.help).toHaveLength(1)
  })

  it('claims nothing of a namespace whose labels could not be read', () => {
    const evaluators = [prometheus({ ruleNamespaceSelector: { matchLabels: { monitored: 'yes' } } })]
    const view = viewOf({ rules: [checkout], evaluators, namespaces: new Map() })
    expect(unselectedFindings(view, context)).toEqual([])
  })

  it('reports nothing of namespaces that are not of the system, nor where there is no Prometheus at all', () => {
    const unselecting = [prometheus({ ruleSelector: null })]
    const other = rule('other/rules', { Down: 'up == 0' })
    expect(unselectedFindings(viewOf({ rules: [other], evaluators: unselecting }), context)).toEqual([])
    expect(findingsFor()).toEqual([])
  })

  it('names several objects that lack the same in one finding', () => {
    const monitors = ['shop/a', 'shop/b'].map((place) => monitor(place, { selector: {} }))
    const scrapers = [prometheus({ serviceMonitorSelector: { matchLabels: { release: 'kps' } } })]
    const findings = unselectedFindings(viewOf({ serviceMonitors: monitors, scrapers }), context)
    expect(findings).toHaveLength(1)
    expect(findings[0]?.detail).toContain('ServiceMonitor shop/a, shop/b, whose services have no series')
    expect(findings[0]?.help).toEqual(['kubectl --context lab --namespace shop label servicemonitor a b release=kps'])
  })

  it('names the Prometheus that lacks least', () => {
    const far = prometheus({ ruleSelector: { matchLabels: { a: '1', b: '2' } } }, 'monitoring/far')
    const near = prometheus({ ruleSelector: { matchLabels: { a: '1' } } }, 'monitoring/near')
    expect(findingsFor(far, near)[0]?.detail).toContain('monitoring/near')
  })
})
