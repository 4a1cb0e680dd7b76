import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { routesHtml } from '../../reporters/routes/html.ts'
import { routeTables } from '../../reporters/routes/terminal.ts'
import { StateFolder } from '../../runtimes/native/state/state-folder.ts'
import { profiles } from '../../stack/profile.ts'
import { lintRules } from './lint-rules.ts'
import { type RoutesRequest, showRoutes } from './show-routes.ts'

const CONFIG = `
route:
  receiver: nobody
  group_wait: 30s
  routes:
    - matchers: [team="shop"]
      receiver: chat
      active_time_intervals: [day]
      routes:
        - { matchers: [severity="critical"], receiver: pager, group_wait: 5s, repeat_interval: 1h }
        - { matchers: ['severity=~"warning|info"'], continue: true }
        - { matchers: [severity="warning"] }
receivers:
  - name: nobody
  - { name: chat, slack_configs: [{ api_url: "http://slack.test", channel: "#shop" }] }
  - { name: pager, pagerduty_configs: [{ routing_key: key }] }
time_intervals:
  - { name: day, time_intervals: [{ times: [{ start_time: "08:00", end_time: "18:00" }] }] }
inhibit_rules:
  - { source_matchers: [alertname="ShopDown"], target_matchers: [alertname="ShopSlow"], equal: [job] }
`
const RULES = `
groups:
  - name: shop
    interval: 10s
    rules:
      - { alert: ShopDown, expr: 'up{job="shop"} == 0', for: 1m, labels: { team: shop, severity: critical } }
      - { alert: ShopSlow, expr: 'sum by (job) (rate(seconds_total[5m])) > 1', for: 5m, labels: { team: shop, severity: warning } }
      - { alert: DiskFull, expr: 'sum by (job) (free_bytes) < 1', labels: { severity: pgae } }
      - { alert: Templated, expr: 'up == 0', labels: { team: '{{ $labels.job }}' } }
`

describe('routes of files', () => {
  let folder: string
  const context = () => ({ folder: new StateFolder(join(folder, 'state')), signal: new AbortController().signal })
  const request = (more: Partial<RoutesRequest> = {}): RoutesRequest => ({
    drills: [],
    config: join(folder, 'alertmanager.yml'),
    rules: [join(folder, 'rules.yml')],
    external: {},
    profile: profiles.lab,
    ...more,
  })
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fd-routes-'))
    await writeFile(join(folder, 'alertmanager.yml'), CONFIG)
    await writeFile(join(folder, 'rules.yml'), RULES)
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('say who is notified of each alert, when and after what wait', async () => {
    const { alerts } = await showRoutes(request(), context())
    const short = alerts.map(({ alert, forMs, inhibitedBy, routes }) => ({
      alert,
      forMs,
      inhibitedBy,
      to: routes.map(({ receiver, certain, groupWaitMs }) => `${receiver}${certain ? '' : '?'} ${groupWaitMs}`),
    }))
    expect(short).toEqual([
      { alert: 'ShopDown', forMs: 60_000, inhibitedBy: [], to: ['pager 5000'] },
      { alert: 'ShopSlow', forMs: 300_000, inhibitedBy: ['ShopDown'], to: ['chat 30000', 'chat 30000'] },
      { alert: 'DiskFull', forMs: 0, inhibitedBy: [], to: ['nobody 30000'] },
      {
        alert: 'Templated',
        forMs: 0,
        inhibitedBy: [],
        to: ['pager? 5000', 'chat? 30000', 'chat? 30000', 'chat? 30000', 'nobody? 30000'],
      },
    ])
  })

  it.each([
    ['at night', '2026-11-29T03:00:00Z', 'active only in day'],
    ['by day', '2026-11-29T09:00:00Z', null],
  ])('say whether a route is muted %s', async (_, moment, muted) => {
    const { alerts } = await showRoutes(request({ atMs: Date.parse(moment) }), context())
    // Times are those of one route: the routes within it notify all the same, as Alertmanager does.
    const templated = alerts.find(({ alert }) => alert === 'Templated')?.routes
    expect(templated?.find(({ route }) => route === '{team="shop"}')?.muted).toBe(muted)
    expect(alerts.find(({ alert }) => alert === 'ShopDown')?.routes[0]?.muted).toBeNull()
  })

  it('are printed as a table and as a page that loads nothing', async () => {
    const report = await showRoutes(request({ atMs: Date.parse('2026-11-29T03:00:00Z') }), context())
    const { alerts, notes } = routeTables(report)
    expect(alerts[1]).toEqual([
      'ShopDown',
      'pager (pagerduty)',
      '1m + 5s',
      '1h',
      '{team="shop", severity="critical"}, line 10',
      '',
    ])
    expect(notes.at(-1)).toBe(
      '4 alert rules at 2026-11-29 03:00 UTC, Sunday: nobody is notified of 1; it depends on labels that are not known whether somebody is notified of 1',
    )
    const html = routesHtml(report)
    expect(html).toContain('ShopDown')
    expect(html).not.toMatch(/<(?:script|link|img)[^>]*(?:src|href)=/)
  })

  it('are what lint checks with the rules', async () => {
    const { findings } = await lintRules(
      {
        files: [join(folder, 'rules.yml')],
        config: join(folder, 'alertmanager.yml'),
        live: false,
        anySeries: true,
        profile: profiles.lab,
      },
      context(),
    )
    expect(findings.map(({ kind, rule, line }) => [kind, rule, line])).toEqual([
      ['arrives twice', '', 12],
      ['no receiver', 'DiskFull', 8],
    ])
  })

  it('that are refused are findings of lint, with their lines', async () => {
    const config = join(folder, 'wrong.yml')
    await writeFile(config, 'route: { receiver: a }\nreceivers: []\n')
    const { findings } = await lintRules(
      { files: [join(folder, 'rules.yml')], config, live: false, anySeries: true, profile: profiles.lab },
      context(),
    )
    expect(findings).toMatchObject([
      { kind: 'refused', file: config, line: 1, message: 'route.receiver: there is no receiver "a"' },
    ])
  })

  it.each([
    ['a configuration without rules', { rules: [] }],
    ['rules without a configuration', { config: undefined }],
    ['files and a system', { system: 'firedrill.yaml' }],
    ['files and drills', { drills: ['store-crash'] }],
  ])('are refused for %s', async (_, more) => {
    await expect(showRoutes(request(more), context())).rejects.toMatchObject({ code: 'FD_USAGE' })
  })
})

describe('routes of the stack that ships', () => {
  it('have a receiver for every alert, and name the faults of all drills', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fd-routes-'))
    try {
      const { alerts, faults } = await showRoutes(
        { drills: [], rules: [], external: {}, profile: profiles.lab },
        { folder: new StateFolder(folder), signal: new AbortController().signal },
      )
      const silent = alerts.filter(({ routes }) => routes.every(({ silent: nobody }) => nobody))
      expect(new Set(silent.map(({ alert }) => alert))).toEqual(new Set(['ServiceUnsettled']))
      const crash = faults.find(({ drill }) => drill === 'store-crash')
      expect(crash).toMatchObject({ fault: 'kill', target: 'store', alerts: [{ alert: 'ServiceDown' }] })
      expect(crash?.alerts[0]?.routes).toMatchObject([{ receiver: 'responder', certain: true, by: ['webhook'] }])
      expect(faults.length).toBeGreaterThan(33)
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})
