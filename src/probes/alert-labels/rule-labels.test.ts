import { describe, expect, it } from 'vitest'
import { type AlertLabels, readAlertLabels } from './alert-labels.ts'
import { isTakenAway, labelsAsSent, mayGainAny } from './rule-labels.ts'

/** What becomes of labels where there is an external one, and these entries of `alert_relabel_configs`. */
function changeOf(...entries: string[]): AlertLabels {
  const change = readAlertLabels({
    yaml: [
      'global: { scrape_interval: 1m, scrape_timeout: 10s, evaluation_interval: 1m, external_labels: { cluster: eu-1 } }',
      `alerting: { alert_relabel_configs: [${entries.map((entry) => `{ ${entry} }`).join(', ')}] }`,
    ].join('\n'),
    version: '2.42.0',
  })
  if ('unknown' in change) throw new Error(change.unknown)
  return change
}

const RULE = { alert: 'A', labels: { severity: 'page', host: '{{ $labels.instance }}' } }
const NOT_KNOWN = expect.stringContaining('{{')

describe('the labels that a rule gives its alerts', () => {
  it('are those of the rule where nothing is known of their way', () => {
    expect(labelsAsSent(RULE)).toEqual({ ...RULE.labels, alertname: 'A' })
  })

  it('have external ones beside them, whose values are not known: a series may have a label of that name', () => {
    expect(labelsAsSent({ ...RULE, sent: changeOf() })).toEqual({
      ...RULE.labels,
      alertname: 'A',
      cluster: '{{ $externalLabels.cluster }}',
    })
    const own = { alert: 'A', labels: { cluster: 'own' }, sent: changeOf() }
    expect(labelsAsSent(own)).toEqual({ alertname: 'A', cluster: 'own' })
  })

  it.each<[string, string, object]>([
    ['by one of the rule', 'source_labels: [severity], target_label: level, replacement: $1', { level: 'page' }],
    ['by none', 'target_label: zone, replacement: eu', { zone: 'eu' }],
    [
      'by one of the series, whose value is not known',
      'source_labels: [team], target_label: severity, replacement: $1',
      { severity: NOT_KNOWN },
    ],
    [
      'by an external one, which the series may have',
      'source_labels: [cluster], target_label: zone, replacement: $1',
      { zone: NOT_KNOWN },
    ],
    ['by nothing where alerts are dropped', 'source_labels: [severity], regex: page, action: drop', {}],
  ])('change %s', (_, entry, made) => {
    const labels = labelsAsSent({ ...RULE, sent: changeOf(entry) })
    expect(labels).toEqual({ ...RULE.labels, alertname: 'A', cluster: NOT_KNOWN, ...made })
  })

  it('are gone when they are dropped, and so are those of the series', () => {
    const rule = { ...RULE, sent: changeOf('regex: severity|replica, action: labeldrop') }
    expect(labelsAsSent(rule).severity).toBeUndefined()
    expect(['severity', 'replica', 'job'].map((name) => isTakenAway(name, rule))).toEqual([true, true, false])
    expect(isTakenAway('replica', RULE)).toBe(false)
  })

  it('may be any where their names are made of others', () => {
    const rule = { ...RULE, sent: changeOf('regex: k8s_(.+), replacement: $1, action: labelmap') }
    expect([mayGainAny(RULE), mayGainAny(rule)]).toEqual([false, true])
    expect(labelsAsSent(rule).severity).toEqual(NOT_KNOWN)
  })
})
