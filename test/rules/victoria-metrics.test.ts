import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { done, notYet, waitUntil } from '../../src/base/wait.ts'
import { parseSystem } from '../../src/foreign/file/system-file.ts'
import { inspectMonitoring } from '../../src/foreign/monitoring/inspect-monitoring.ts'
import { openMonitoring } from '../../src/foreign/monitoring/monitoring.ts'
import { readClocks } from '../../src/foreign/monitoring/read-clocks.ts'
import { readKnowledge } from '../../src/probes/live-knowledge.ts'
import { RealMonitoring } from './real-monitoring.ts'
import { victoriaMetrics } from './victoria-metrics.ts'

const found = await victoriaMetrics()
if ('reason' in found) process.stderr.write(`VictoriaMetrics is not tested here: ${found.reason}\n`)

const bounded = { timeoutMs: 10_000 }

/** The shop is a server of the test, which VictoriaMetrics scrapes; vmalert evaluates the rules, and a real Alertmanager has the alerts. */
describe.skipIf('reason' in found)('VictoriaMetrics with vmalert', () => {
  let monitoring: RealMonitoring
  let places: { victoria: string; vmalert: string; alertmanager: string; shop: string }
  beforeAll(async () => {
    if ('reason' in found) return
    monitoring = await RealMonitoring.create()
    const shop = await monitoring.serve((_, response) => response.end('stock 1\n'))
    const route = { route: { receiver: 'none', group_wait: '1s' }, receivers: [{ name: 'none' }] }
    const alertmanager = await monitoring.alertmanager('alertmanager', route)
    const scrape = {
      global: { scrape_interval: '1s' },
      scrape_configs: [
        { job_name: 'shop', static_configs: [{ targets: [new URL(shop).host] }] },
        { job_name: 'gone', static_configs: [{ targets: ['127.0.0.1:9'] }] },
      ],
    }
    const group = {
      name: 'shop',
      interval: '1s',
      rules: [{ alert: 'ShopDown', expr: 'up{job="gone"} == 0', for: '1s', labels: { severity: 'page' } }],
    }
    const victoria = `http://127.0.0.1:${await monitoring.freePort()}`
    monitoring.run(found['victoria-metrics'], [
      `-httpListenAddr=${new URL(victoria).host}`,
      `-storageDataPath=${monitoring.folder}/victoria`,
      // What vmalert asks for would be 30 s old.
      '-search.latencyOffset=1ms',
      `-promscrape.config=${await monitoring.write('scrape.yml', scrape)}`,
    ])
    await monitoring.answers(`${victoria}/health`)
    const vmalert = `http://127.0.0.1:${await monitoring.freePort()}`
    monitoring.run(found.vmalert, [
      `-httpListenAddr=${new URL(vmalert).host}`,
      `-rule=${await monitoring.write('rules.yml', { groups: [group] })}`,
      `-datasource.url=${victoria}`,
      `-notifier.url=${alertmanager}`,
      '-evaluationInterval=1s',
    ])
    await monitoring.answers(`${vmalert}/health`)
    places = { victoria, vmalert, alertmanager, shop }
  }, 180_000)
  afterAll(() => monitoring?.close())

  const described = () =>
    parseSystem(
      JSON.stringify({
        name: 'shop',
        environment: 'lab',
        prometheus: { query: places.victoria, rules: places.vmalert },
        alertmanager: places.alertmanager,
        services: { shop: { urls: [places.shop], labels: { job: 'shop' } } },
      }),
      'firedrill.yaml',
    )

  it('shows its clocks, and not what becomes of the labels of alerts, which is said', async () => {
    const system = described()
    const { timing, labelsUnknown, unknown } = await readClocks(openMonitoring(system, {}), system)
    expect(timing).toMatchObject({ scrapeMs: 1_000, livenessEvaluationMs: 1_000, groupWaitMs: 1_000 })
    expect(labelsUnknown).toBe(true)
    expect(unknown.join('\n')).toContain('by name, start and the labels that both have')
  })

  it('is checked: who answers queries, who evaluates rules, what is scraped', async () => {
    const findings: string[] = []
    const targets = await inspectMonitoring(described(), {
      env: {},
      signal: undefined,
      report: (name, status, detail) =>
        findings.push(`${status} ${name}: ${typeof detail === 'string' ? detail : detail.detail}`),
    })
    expect(findings).toContain(`ok prometheus: version not shown, at ${places.victoria}`)
    expect(findings).toContain(`ok rules: 1 alerting rules at ${places.vmalert}`)
    expect(findings).toContain('ok clocks: scrape 1.00 s, rules 1.00 s, group wait 1.00 s')
    expect(findings.filter((text) => text.startsWith('bad'))).toEqual([])
    expect(targets?.map(({ labels }) => labels.job).sort()).toEqual(['gone', 'shop'])
  })

  it('answers with samples of this very moment, and with alerts that Alertmanager then has', async () => {
    const { prometheus, alertmanager } = openMonitoring(described(), {})
    const [firing] = await waitUntil(
      async () => {
        const firing = (await prometheus.alerts(bounded)).filter(({ state }) => state === 'firing')
        return firing.length > 0 ? done(firing) : notYet('nothing fires')
      },
      { what: 'the alert to fire', timeoutMs: 60_000, intervalMs: 100 },
    )
    expect(firing?.labels).toMatchObject({ alertname: 'ShopDown', severity: 'page', job: 'gone' })
    const held = await waitUntil(
      async () => {
        const held = await alertmanager.alerts(bounded)
        return held.length > 0 ? done(held) : notYet('Alertmanager has nothing')
      },
      { what: 'the alert in Alertmanager', timeoutMs: 60_000, intervalMs: 100 },
    )
    expect(held[0]?.labels).toMatchObject({ alertname: 'ShopDown', severity: 'page', job: 'gone' })
    expect(held[0]?.startsAtMs).toBeGreaterThanOrEqual(firing?.activeAtMs ?? Number.NaN)
    // Without being asked not to, it leaves out the last 30 s.
    const [up] = await prometheus.samples('up{job="shop"}', 60_000, bounded)
    expect(Date.now() - (up?.samples.at(-1)?.atMs ?? 0)).toBeLessThan(20_000)
    expect(await prometheus.query('up{job="gone"}', bounded)).toMatchObject([{ value: 0 }])
  })

  it('is read by lint: series with their labels, although much is not served', async () => {
    const { prometheus } = openMonitoring(described(), {})
    const { series } = await readKnowledge(prometheus, { ...bounded, nowMs: Date.now() })
    expect([...(series.get('stock')?.labels ?? [])].sort()).toEqual(['instance', 'job'])
  })
})
