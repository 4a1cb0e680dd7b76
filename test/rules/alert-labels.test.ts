import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { done, notYet, waitUntil } from '../../src/base/wait.ts'
import { readAlertLabels, sentLabels } from '../../src/probes/alert-labels/alert-labels.ts'
import { Prometheus } from '../../src/probes/prometheus.ts'
import { RealMonitoring } from './real-monitoring.ts'

type Labels = Record<string, string>

const bounded = { timeoutMs: 10_000 }

/** Alerts, by name. */
const ALERTS: Record<string, Labels> = {
  Plain: { team: 'shop', replica: 'z' },
  NoTeam: {},
  Replaced: { case: 'replace', path: '/v12/cart/items' },
  NotReplaced: { case: 'replace', path: '/cart' },
  Dropped: { case: 'drop' },
  Emptied: { case: 'emptied', team: 'shop' },
  Glued: { case: 'glued', team: 'shop' },
  Named: { case: 'NAMED', name: 'Straße No. 7' },
  Caseless: { case: 'CaseLess' },
  Mapped: { tmp_zone: 'a', tmp_rack: 'r1', case: 'mapped' },
  Equal: { left: 'x', right: 'x' },
  Unequal: { left: 'x', right: 'y' },
}

/** Every action, each on the alerts of its own case. */
const RULES = [
  {
    source_labels: ['case', 'path'],
    separator: '|',
    regex: 'replace\\|/v(\\d+)/(?P<rest>.*)',
    target_label: 'version_$1',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Go's template, not JavaScript's
    replacement: '${rest}-$1-$$-$1x-$',
  },
  { source_labels: ['case'], regex: 'drop', action: 'drop' },
  { source_labels: ['case'], regex: 'emptied', target_label: 'team', replacement: '' },
  { source_labels: ['case', 'team'], separator: '', regex: 'gluedshop', target_label: 'glued', replacement: 'yes' },
  { source_labels: ['team'], target_label: 'copied' },
  { source_labels: ['case', 'name'], action: 'lowercase', target_label: 'low' },
  { source_labels: ['case', 'name'], separator: ' ', action: 'uppercase', target_label: 'up' },
  { source_labels: ['case'], regex: '(?i)caseless', target_label: 'found', replacement: 'yes' },
  { source_labels: ['alertname', 'team'], action: 'hashmod', modulus: 7, target_label: 'shard' },
  { regex: 'tmp_(.+)', action: 'labelmap', replacement: 'kept_$1' },
  { regex: 'tmp_.*|replica', action: 'labeldrop' },
  { target_label: 'always', replacement: 'there' },
]

/** What would take labels or alerts of other cases, in a configuration of its own. */
const OTHER_RULES = [
  { source_labels: ['alertname'], regex: '.+ed|Equal|Unequal', action: 'keep' },
  { source_labels: ['left'], target_label: 'right', action: 'keepequal' },
  { source_labels: ['case'], target_label: 'team', action: 'dropequal' },
  { regex: 'alertname|case|left|config', action: 'labelkeep' },
]

describe('the labels of alerts on their way to Alertmanager', () => {
  let monitoring: RealMonitoring
  /** What arrived, by the label `config`, as sorted texts; and how often something did. */
  const arrived = new Map<string, { sets: Set<string>; posts: number }>()
  beforeAll(async () => {
    monitoring = await RealMonitoring.create()
  })
  afterAll(() => monitoring.close())

  /** A Prometheus that sends to a server of ours. */
  async function start(config: string, rules: readonly object[]): Promise<Prometheus> {
    const sink = await monitoring.serve(async (request, response) => {
      const parts: Buffer[] = []
      for await (const part of request) parts.push(part as Buffer)
      const alerts = JSON.parse(Buffer.concat(parts).toString()) as { labels: Labels }[]
      const known = arrived.get(config) ?? { sets: new Set(), posts: 0 }
      for (const { labels } of alerts) known.sets.add(textOf(labels))
      known.posts += 1
      arrived.set(config, known)
      response.end()
    })
    const group = {
      name: 'all',
      rules: Object.entries(ALERTS).map(([alert, labels]) => ({ alert, expr: 'vector(1)', labels })),
    }
    const files = [await monitoring.write(`${config}-rules.yml`, { groups: [group] })]
    const url = await monitoring.prometheus(
      config,
      {
        global: {
          evaluation_interval: '200ms',
          external_labels: { config, cluster: 'eu-1', replica: 'a', team: 'of all' },
        },
        rule_files: files,
        alerting: {
          alert_relabel_configs: rules,
          alertmanagers: [{ api_version: 'v2', static_configs: [{ targets: [new URL(sink).host] }] }],
        },
      },
      ['--rules.alert.resend-delay=100ms'],
    )
    return new Prometheus(url)
  }

  it.each([
    ['every action that is for some alerts', 'some', RULES, Object.keys(ALERTS).length - 1],
    ['actions that are for all of them', 'all', OTHER_RULES, undefined],
    ['external labels alone', 'none', [], Object.keys(ALERTS).length],
  ])('are those that a real Prometheus sends: %s', async (_, config, rules, count) => {
    const prometheus = await start(config, rules)
    const [shown] = await prometheus.ruleConfigs(bounded)
    const change = shown === undefined ? { unknown: 'it does not show it' } : readAlertLabels(shown)
    if ('unknown' in change) throw new Error(change.unknown)
    const expected = await waitUntil(
      async () => {
        const alerts = await prometheus.alerts(bounded)
        const sent = alerts.flatMap(({ labels }): Labels[] => [sentLabels(labels, change) ?? []].flat())
        return alerts.length === Object.keys(ALERTS).length ? done(sent) : notYet(`${alerts.length} fire`)
      },
      { what: 'every alert to fire', timeoutMs: 30_000, intervalMs: 50 },
    )
    if (count !== undefined) expect(expected).toHaveLength(count)
    await waitUntil(
      async () => {
        const { sets, posts } = arrived.get(config) ?? { sets: new Set(), posts: 0 }
        // Each alert is sent again with each evaluation.
        return sets.size >= expected.length && posts >= 4
          ? done(undefined)
          : notYet(`${sets.size} in ${posts} requests`)
      },
      { what: 'the alerts to arrive', timeoutMs: 30_000, intervalMs: 50 },
    )
    expect([...(arrived.get(config)?.sets ?? [])].sort()).toEqual(expected.map(textOf).sort())
  })
})

function textOf(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)))
}
