import { describe, expect, it } from 'vitest'
import { defined } from '../../base/defined.ts'
import { readAlertLabels, sentLabels } from './alert-labels.ts'

/** As Prometheus shows it: with every default, and without what is the empty text. */
const SHOWN = `global:
  scrape_interval: 15s
  scrape_timeout: 10s
  evaluation_interval: 15s
  external_labels:
    cluster: eu-1
    replica: "1"
alerting:
  alert_relabel_configs:
  - separator: ;
    regex: replica
    replacement: $1
    action: labeldrop
  - source_labels: [severity]
    separator: ;
    regex: none
    replacement: $1
    action: drop
  - source_labels: [job, instance]
    regex: shop(.*):\\d+
    target_label: host
    replacement: $1
    action: replace
  alertmanagers:
  - scheme: http
scrape_configs: []
`

const GLOBAL = 'global: { scrape_interval: 1m, scrape_timeout: 10s, evaluation_interval: 1m }\n'

function changeOf(yaml: string, version = '2.42.0') {
  const change = readAlertLabels({ yaml, version })
  if ('unknown' in change) throw new Error(change.unknown)
  return change
}

describe('what becomes of the labels of an alert', () => {
  it('is what the configuration that Prometheus shows says', () => {
    const change = changeOf(SHOWN)
    const alert = { alertname: 'A', job: 'shop', instance: 'web-1:80', cluster: 'own' }
    expect(sentLabels(alert, change)).toEqual({ ...alert, host: 'web-1' })
    expect(sentLabels({ alertname: 'A', severity: 'none' }, change)).toBeUndefined()
  })

  it('is nothing where nothing is configured', () => {
    expect(sentLabels({ alertname: 'A' }, changeOf(GLOBAL))).toEqual({ alertname: 'A' })
  })

  it.each([
    ['2.55.1', { alertname: 'A', note: 'a\nb' }],
    ['3.0.0', { alertname: 'A', note: 'a\nb', 'service.name': 'a\nb' }],
  ])('follows the version of Prometheus: %s', (version, sent) => {
    const rule = '{ source_labels: [note], regex: (.*), target_label: service.name, replacement: $1 }'
    const change = changeOf(`${GLOBAL}alerting: { alert_relabel_configs: [${rule}] }`, version)
    expect(sentLabels({ alertname: 'A', note: 'a\nb' }, change)).toEqual(sent)
    expect(sentLabels({ alertname: 'A', note: 'ab' }, change)).toHaveProperty('note', 'ab')
  })

  it.each([
    ['no version', undefined, ''],
    ['a later version', '4.0.0', ''],
    ['names of version 2 in version 3', '3.5.0', ', metric_name_validation_scheme: legacy'],
  ])('is not known of %s, but for external labels', (_, version, more) => {
    const global = GLOBAL.replace(' }', `${more} }`)
    const rule = 'alerting: { alert_relabel_configs: [{ regex: a, action: labeldrop }] }'
    const shown = defined({ version })
    expect(readAlertLabels({ yaml: `${global}${rule}`, ...shown })).toEqual({
      unknown: expect.stringContaining('how its version relabels'),
    })
    expect(readAlertLabels({ yaml: global, ...shown })).toEqual({ external: {}, rules: [] })
  })

  it.each([
    ['an action of a later version', `${GLOBAL}alerting: { alert_relabel_configs: [{ action: sort }] }`, 'sort'],
    [
      'an expression that RE2 refuses',
      `${GLOBAL}alerting: { alert_relabel_configs: [{ action: drop, regex: "(?=a)" }] }`,
      '(?=a)',
    ],
    [
      'two Alertmanagers that are sent different labels',
      `${GLOBAL}alerting: { alertmanagers: [{ alert_relabel_configs: [{ action: labeldrop, regex: a }] }, {}] }`,
      'other labels',
    ],
    ['a configuration that is cut short', `${GLOBAL}alerting: {`, 'not YAML'],
    ['the configuration of another program', 'global: { scrape_interval: 1s }', 'another program'],
  ])('is not known of %s', (_, yaml, reason) => {
    expect(readAlertLabels({ yaml, version: '2.42.0' })).toEqual({ unknown: expect.stringContaining(reason) })
  })
})
