import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { done, notYet, waitUntil } from '../../src/base/wait.ts'
import { parseSystem } from '../../src/foreign/file/system-file.ts'
import { inspectMonitoring } from '../../src/foreign/monitoring/inspect-monitoring.ts'
import { openMonitoring } from '../../src/foreign/monitoring/monitoring.ts'
import { readClocks } from '../../src/foreign/monitoring/read-clocks.ts'
import { Alertmanager, type HeldAlert } from '../../src/probes/alertmanager.ts'
import { type ActiveAlert, Prometheus } from '../../src/probes/prometheus.ts'
import { RealMonitoring } from './real-monitoring.ts'

const bounded = { timeoutMs: 10_000 }
const ROUTE = { route: { receiver: 'none', group_wait: '1s' }, receivers: [{ name: 'none' }] }

/** Two replicas of Prometheus that send to both members of an Alertmanager cluster; one of them began earlier, and fires earlier. */
describe('a pair of Prometheus and two members of Alertmanager', () => {
  let monitoring: RealMonitoring
  let prometheus: string[]
  let alertmanager: string[]
  beforeAll(async () => {
    monitoring = await RealMonitoring.create()
    alertmanager = [await monitoring.alertmanager('one', ROUTE), await monitoring.alertmanager('two', ROUTE)]
    const rules = {
      groups: [
        {
          name: 'shop',
          interval: '1s',
          rules: [
            { alert: 'ShopDown', expr: 'vector(1)', for: '1s', labels: { severity: 'page', host: 'Web-1' } },
            { alert: 'Noise', expr: 'vector(1)', labels: { severity: 'none' } },
          ],
        },
      ],
    }
    const file = await monitoring.write('rules.yml', rules)
    const start = (replica: string) => {
      const config = {
        global: { evaluation_interval: '1s', external_labels: { cluster: 'eu-1', replica } },
        rule_files: [file],
        alerting: {
          alert_relabel_configs: [
            { regex: 'replica', action: 'labeldrop' },
            { source_labels: ['severity'], regex: 'none', action: 'drop' },
            { source_labels: ['host'], action: 'lowercase', target_label: 'host' },
          ],
          alertmanagers: [
            { api_version: 'v2', static_configs: [{ targets: alertmanager.map((url) => new URL(url).host) }] },
          ],
        },
      }
      // The first alerts are sent before Prometheus has found Alertmanager.
      return monitoring.prometheus(replica, config, ['--rules.alert.resend-delay=1s'])
    }
    const first = await start('a')
    // The second one evaluates for the first time after the first one fires.
    await waitUntil(
      async () => {
        const [alert] = (await new Prometheus(first).alerts(bounded)).filter(({ state }) => state === 'firing')
        return alert === undefined ? notYet('nothing fires') : done(undefined)
      },
      { what: 'the first one to fire', timeoutMs: 30_000, intervalMs: 50 },
    )
    prometheus = [await start('b'), first]
    // It looks for its Alertmanagers some seconds after its start.
    await waitUntil(
      async () => {
        const found = await Promise.all(prometheus.map((url) => new Prometheus(url).alertmanagers(bounded)))
        return found.every((urls) => urls?.length === 2) ? done(undefined) : notYet(JSON.stringify(found))
      },
      { what: 'both to know where to send alerts', timeoutMs: 60_000, intervalMs: 50 },
    )
  }, 180_000)
  afterAll(() => monitoring.close())

  const system = () =>
    parseSystem(
      JSON.stringify({
        name: 'shop',
        environment: 'lab',
        prometheus,
        alertmanager,
        services: { shop: { urls: ['http://127.0.0.1:9'] } },
      }),
      'firedrill.yaml',
    )

  async function read(): Promise<{ active: ActiveAlert[]; held: HeldAlert[] }> {
    const { access } = openMonitoring(system(), {})
    const { alertLabels, labelsUnknown } = await readClocks(openMonitoring(system(), {}), {
      services: [],
      clocks: { scrapeMs: 1_000 },
    })
    expect(labelsUnknown).toBe(false)
    const pair = new Prometheus(prometheus[0] ?? '', { ...access.prometheus, alertLabels })
    const cluster = new Alertmanager(alertmanager[0] ?? '', access.alertmanager)
    return await waitUntil(
      async () => {
        const [active, held, members] = await Promise.all([
          pair.alerts(bounded),
          cluster.alerts(bounded),
          Promise.all(alertmanager.map((url) => new Alertmanager(url).alerts(bounded))),
        ])
        const ready = active.every(({ state }) => state === 'firing') && members.every(({ length }) => length > 0)
        return ready ? done({ active, held }) : notYet(JSON.stringify({ active, members }))
      },
      { what: 'the alert everywhere', timeoutMs: 20_000, intervalMs: 50 },
    )
  }

  it('have one alert with the labels that Alertmanager has, since the moment of the earlier one', async () => {
    const { active, held } = await read()
    const each = await Promise.all(prometheus.map((url) => new Prometheus(url).alerts(bounded)))
    const moments = each.flatMap((alerts) =>
      alerts.filter(({ labels }) => labels.alertname === 'ShopDown').map(({ activeAtMs }) => activeAtMs),
    )
    expect(new Set(moments).size).toBe(2)
    const labels = { alertname: 'ShopDown', severity: 'page', host: 'web-1', cluster: 'eu-1' }
    expect(active.filter(({ dropped }) => !dropped)).toEqual([
      { labels, state: 'firing', activeAtMs: Math.min(...moments) },
    ])
    expect(held.map((alert) => alert.labels)).toEqual([labels])
    expect(held[0]?.startsAtMs).toBeGreaterThanOrEqual(Math.min(...moments))
    expect(active.filter(({ dropped }) => dropped).map((alert) => alert.labels.alertname)).toEqual(['Noise'])
  })

  it('are checked one by one, with the alerts that never arrive', async () => {
    const findings: string[] = []
    await inspectMonitoring(
      { ...system(), clocks: { scrapeMs: 5_000 } },
      {
        env: {},
        signal: undefined,
        report: (name, status, detail) =>
          findings.push(`${status} ${name}: ${typeof detail === 'string' ? detail : detail.detail}`),
      },
    )
    for (const url of prometheus)
      expect(findings).toContainEqual(expect.stringMatching(`^ok prometheus: .* at ${url}, 2 al`))
    for (const url of alertmanager)
      expect(findings).toContainEqual(expect.stringMatching(`^ok alertmanager: .* at ${url}`))
    expect(findings).toContain(
      'note labels: alert_relabel_configs drops these alerts before Alertmanager has them: Noise',
    )
    expect(findings.filter((text) => text.startsWith('bad')).join('\n')).toBe('')
  })

  it('answer when one of them is gone', async () => {
    const gone = `http://127.0.0.1:${await monitoring.freePort()}`
    const pair = new Prometheus(gone, { replicas: prometheus })
    expect((await pair.alerts(bounded)).length).toBeGreaterThan(0)
    expect(await pair.query('vector(1)', bounded)).toMatchObject([{ value: 1 }])
    expect((await pair.samplesOfEach('ALERTS', 60_000, bounded)).length).toBeGreaterThan(0)
  })
})
