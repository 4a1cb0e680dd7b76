import { describe, expect, it } from 'vitest'
import { type AlertLabels, readAlertLabels, sentByAny } from '../../probes/alert-labels/alert-labels.ts'
import type { AlertRule } from '../../probes/prometheus.ts'
import { whyNoAlert } from './why-no-alert.ts'

const rule = (expr: string, labels: Record<string, string> = {}): AlertRule => ({
  alert: 'A',
  expr,
  forMs: 0,
  evaluationMs: 1_000,
  labels,
})
const why = (labels: Record<string, string>, ...alertRules: AlertRule[]) =>
  whyNoAlert({ alert: 'A', labels }, { alertRules, labelNames: new Set(['job', 'instance', 'service']) })

/** What becomes of labels where there is an external one, and these entries of `alert_relabel_configs`. */
function changed(...entries: string[]): AlertLabels {
  const change = readAlertLabels({
    yaml: [
      'global: { scrape_interval: 1m, scrape_timeout: 10s, evaluation_interval: 1m, external_labels: { cluster: eu-1 } }',
      `alerting: { alert_relabel_configs: [${entries.join(', ')}] }`,
    ].join('\n'),
    version: '2.42.0',
  })
  if ('unknown' in change) throw new Error(change.unknown)
  return change
}
const REPLACED = 'source_labels: [job], regex: (.*), replacement: $1, action: replace'

describe('why no alert can have those labels', () => {
  it('names what drops all alerts of a rule on their way', () => {
    const dropped = { ...rule('up == 0'), sent: changed('{ source_labels: [alertname], regex: A, action: drop }') }
    expect(why({}, dropped)).toContain('drop A on its way to Alertmanager')
    const other = { ...rule('up == 0'), sent: changed('{ source_labels: [instance], regex: a, action: drop }') }
    expect(why({}, other)).toBeUndefined()
  })

  it.each([
    ['the rule gives it', { team: 'shop' }, rule('up == 0', { team: 'shop' })],
    ['the expression makes it', { team: 'shop' }, rule('label_replace(up == 0, "team", "shop", "", "")')],
    ['the expression counts by it', { team: '0' }, rule('count_values("team", up) > 0')],
    ['a series may come with the failure', { code: '500' }, rule('rate(errors_total[1m]) > 0')],
    ['its series have it', { service: 'store' }, rule('up == 0')],
    ['Prometheus adds it', { cluster: 'eu-1' }, { ...rule('sum by (job) (up) == 0'), sent: changed() }],
    [
      'relabelling makes another value of it',
      { team: 'shop' },
      { ...rule('up == 0', { team: 'core' }), sent: changed(`{ ${REPLACED}, target_label: team }`) },
    ],
    [
      'relabelling makes the name',
      {},
      { ...rule('up == 0'), alert: 'B', sent: changed(`{ ${REPLACED}, target_label: alertname }`) },
    ],
  ])('says nothing where %s', (_, labels, one) => {
    expect(why(labels, one)).toBeUndefined()
  })

  it.each([
    ['the label is a slip of one that there is', { serivce: 'store' }, rule('up == 0'), 'did you mean service?'],
    ['the expression takes it away', { service: 'store' }, rule('sum by (job) (up) == 0'), 'gives it a label service'],
    ['the rule gives it another value', { team: 'shop' }, rule('up == 0', { team: 'core' }), 'they give {team="core"}'],
    [
      'it is dropped on its way',
      { instance: 'a' },
      { ...rule('up == 0'), sent: changed('{ regex: instance, action: labeldrop }') },
      'gives it a label instance',
    ],
    [
      'Prometheus adds another value of it, and no series has it',
      { cluster: 'eu-2' },
      { ...rule('up == 0'), sent: changed() },
      'gives it {cluster="eu-2"}; they give {cluster="eu-1"}',
    ],
    [
      'relabelling makes a certain value of it',
      { team: 'core' },
      {
        ...rule('up == 0', { team: 'core' }),
        sent: changed('{ regex: (.*), replacement: shop, target_label: team, action: replace }'),
      },
      'they give {team="shop"}',
    ],
  ])('says so where %s', (_, labels, one, reason) => {
    expect(why(labels, one)).toContain(reason)
  })

  it('does not know which value a label of replicas has that add different ones, or that a series has itself', () => {
    const pair = sentByAny([changed(), { ...changed(), external: { cluster: 'eu-2' } }])
    expect(pair?.varying).toEqual(['cluster'])
    expect(why({ cluster: 'eu-2' }, { ...rule('up == 0'), sent: pair ?? changed() })).toBeUndefined()
    const labelNames = new Set(['job', 'cluster'])
    const one = (expr: string) =>
      whyNoAlert(
        { alert: 'A', labels: { cluster: 'eu-2' } },
        { alertRules: [{ ...rule(expr), sent: changed() }], labelNames },
      )
    expect(one('up == 0')).toBeUndefined()
    expect(one('sum by (job) (up) == 0')).toContain('they give {cluster="eu-1"}')
  })
})
