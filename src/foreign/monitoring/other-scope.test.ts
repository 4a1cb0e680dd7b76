import { describe, expect, it } from 'vitest'
import { otherScope } from './other-scope.ts'

const CONFIG =
  'global: { scrape_interval: 15s, scrape_timeout: 10s, evaluation_interval: 15s, external_labels: { cluster: eu-1 } }'
const nothing = { active: [], held: [], alertRules: [], targets: [], config: undefined }
const scoped = (scope: Record<string, string>) => ({ scope, ignore: ['Watchdog'] })

describe('a scope with another value than alerts get on their way to Alertmanager', () => {
  it('is found by what Prometheus shows that it adds, with the lines that are right', () => {
    expect(otherScope(scoped({ cluster: 'eu-2', team: 'shop' }), { ...nothing, config: CONFIG })).toEqual({
      names: ['cluster'],
      detail:
        'alerts.scope has {cluster="eu-2"}, and alerts reach Alertmanager with {cluster="eu-1"}: every alert is out of scope',
      paste: ['alerts:', '  scope:', '    cluster: eu-1', '    team: shop', '  ignore:', '    - Watchdog'],
    })
  })

  it('is found by what alerts have there, where that is not shown', () => {
    const own = { alertname: 'A', job: 'shop' }
    const answers = { ...nothing, active: [{ labels: own }], held: [{ labels: { ...own, cluster: 'eu-1' } }] }
    expect(otherScope(scoped({ cluster: 'eu-2' }), answers)?.detail).toContain('with {cluster="eu-1"}')
    expect(otherScope(scoped({ cluster: 'eu-1' }), answers)).toBeUndefined()
  })

  it('is found by what every rule sets, and not where one sets another, or where alerts are relabelled', () => {
    const rules = (...clusters: string[]) => ({ alertRules: clusters.map((cluster) => ({ labels: { cluster } })) })
    const scope = scoped({ cluster: 'eu-2' })
    expect(otherScope(scope, { ...nothing, ...rules('eu-1', 'eu-1') })?.detail).toContain('with {cluster="eu-1"}')
    expect(otherScope(scope, { ...nothing, ...rules('eu-1', 'eu-3') })).toBeUndefined()
    const relabels = '{ alert_relabel_configs: [{ source_labels: [zone], target_label: cluster, action: replace }] }'
    const config = `${CONFIG.replace('cluster: eu-1', 'zone: eu-2')}\nalerting: ${relabels}`
    expect(otherScope(scope, { ...nothing, ...rules('eu-1'), config })).toBeUndefined()
  })

  it('is nothing where series or rules have that value, or where nothing is added', () => {
    const targets = [{ job: 'shop', cluster: 'eu-2' }]
    expect(otherScope(scoped({ cluster: 'eu-2' }), { ...nothing, config: CONFIG, targets })).toBeUndefined()
    expect(otherScope(scoped({ team: 'shop' }), { ...nothing, config: CONFIG })).toBeUndefined()
  })
})
