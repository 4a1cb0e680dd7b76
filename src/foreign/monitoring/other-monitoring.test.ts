import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { whyNoAlert } from '../../drills/clocks/why-no-alert.ts'
import { parseSystem } from '../file/system-file.ts'
import { openMonitoring } from './monitoring.ts'
import { planContextOf } from './plan-context.ts'
import { readClocks } from './read-clocks.ts'

const servers: Server[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})

const bounded = { timeoutMs: 5_000 }
const ok = (data: unknown) => ({ status: 'success', data })
const ALERT = { labels: { alertname: 'ShopDown', job: 'shop' }, annotations: {}, state: 'firing', value: '1e+00' }
const GROUP = {
  name: 'shop',
  file: 'shop',
  interval: 15,
  rules: [{ type: 'alerting', name: 'ShopDown', query: 'up == 0', duration: 60, labels: {}, alerts: [] }],
}
const UP = {
  metric: { __name__: 'up', job: 'shop', instance: 'shop:80', cluster: 'eu-1' },
  value: [1_700_000_000, '1'],
}
const STATUS = {
  cluster: { status: 'disabled' },
  config: { original: 'route:\n  receiver: none\n  group_wait: 10s\nreceivers:\n- name: none\n' },
  versionInfo: { version: '0.26.0' },
}

/** A server with these answers, by path; what it does not serve it answers as `otherwise`: status and text. */
async function serve(
  answers: Readonly<Record<string, unknown>>,
  otherwise: readonly [number, string],
  tenant?: string,
): Promise<string> {
  const server = createServer(({ url = '', headers }, response) => {
    const answer = answers[url.split('?')[0] ?? '']
    if (tenant !== undefined && headers['x-scope-orgid'] !== tenant) response.writeHead(401).end('no org id')
    else if (answer === undefined) response.writeHead(otherwise[0]).end(otherwise[1])
    else response.end(JSON.stringify(answer))
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function described(monitoring: object) {
  const services = { shop: { urls: ['http://shop:80'], labels: { job: 'shop' } } }
  return parseSystem(JSON.stringify({ name: 'shop', environment: 'lab', ...monitoring, services }), 'firedrill.yaml')
}

describe('a Mimir, with its Alertmanager, both below a path and for one tenant', () => {
  const start = () =>
    serve(
      {
        '/prometheus/api/v1/status/buildinfo': ok({ application: 'Grafana Mimir', version: '2.10.0' }),
        '/prometheus/api/v1/query': ok({ resultType: 'vector', result: [UP] }),
        '/prometheus/api/v1/rules': ok({ groups: [GROUP] }),
        '/prometheus/api/v1/alerts': ok({ alerts: [{ ...ALERT, activeAt: '2026-01-02T03:04:05.678Z' }] }),
        '/alertmanager/api/v2/status': STATUS,
        '/alertmanager/api/v2/alerts': [],
      },
      [404, '404 page not found\n'],
      'team-1',
    )
  const monitoringAt = (url: string) => ({
    prometheus: { url: `${url}/prometheus`, headersFrom: { 'X-Scope-OrgID': 'TENANT' } },
    alertmanager: { url: `${url}/alertmanager/`, headersFrom: { 'X-Scope-OrgID': 'TENANT' } },
  })
  const env = { TENANT: 'team-1' }

  it('does not show how often it scrapes: the error names the line to write, which is enough', async () => {
    const url = await start()
    const unstated = described(monitoringAt(url))
    await expect(readClocks(openMonitoring(unstated, env), unstated)).rejects.toMatchObject({
      code: 'FD_FOREIGN_CLOCKS',
      message: expect.stringContaining('how often the services are scraped'),
      details: { expected: 'in firedrill.yaml: clocks: { scrape: 15s }' },
    })
    const stated = described({ ...monitoringAt(url), clocks: { scrape: '30s' } })
    const { timing, versions, labelsUnknown, unknown } = await readClocks(openMonitoring(stated, env), stated)
    expect(timing).toMatchObject({ scrapeMs: 30_000, livenessEvaluationMs: 15_000, groupWaitMs: 10_000 })
    expect(versions).toEqual({ prometheus: '2.10.0', alertmanager: '0.26.0' })
    expect([labelsUnknown, unknown.length]).toEqual([true, 2])
  })

  it('has targets by the series of up, alerts, and nothing to say of Alertmanagers', async () => {
    const { prometheus } = openMonitoring(described(monitoringAt(await start())), env)
    expect(await prometheus.targets(bounded)).toEqual([
      { labels: { job: 'shop', instance: 'shop:80', cluster: 'eu-1' }, up: true, lastError: '', everyMs: 0 },
    ])
    expect(await prometheus.alerts(bounded)).toMatchObject([{ state: 'firing', labels: ALERT.labels }])
    expect(await prometheus.alertmanagers(bounded)).toBeUndefined()
  })

  it('refuses another tenant loudly, and a header without a value is never sent', async () => {
    const system = described(monitoringAt(await start()))
    await expect(readClocks(openMonitoring(system, { TENANT: 'team-2' }), system)).rejects.toThrow('answered 401')
    for (const value of [undefined, '', 'a\nb'])
      expect(() => openMonitoring(system, { TENANT: value })).toThrow('the value of TENANT is missing')
  })
})

describe('Thanos, with its ruler', () => {
  it('shows flags of its own, targets without their intervals, and no configuration', async () => {
    const query = await serve(
      {
        '/api/v1/status/buildinfo': ok({ version: '0.34.1' }),
        '/api/v1/status/flags': ok({ 'query.replica-label': '[replica]' }),
        '/api/v1/query': ok({ resultType: 'vector', result: [UP] }),
        '/api/v1/targets': ok({
          activeTargets: [{ labels: { job: 'shop' }, health: 'up', lastError: '' }],
          droppedTargets: [],
        }),
      },
      [404, '404 page not found\n'],
    )
    const ruler = await serve(
      {
        '/api/v1/rules': ok({ groups: [{ ...GROUP, partialResponseStrategy: 'ABORT' }] }),
        '/api/v1/alerts': ok({ alerts: [] }),
      },
      [404, '404 page not found\n'],
    )
    const alertmanager = await serve({ '/api/v2/status': STATUS }, [404, ''])
    const system = described({ prometheus: { query, rules: ruler }, alertmanager, clocks: { scrape: '15s' } })
    const { timing, unknown } = await readClocks(openMonitoring(system, {}), system)
    expect(timing).toMatchObject({ scrapeMs: 15_000, livenessEvaluationMs: 15_000, lookbackMs: 300_000 })
    expect(unknown).toEqual([expect.stringContaining('what becomes of the labels of alerts')])
  })
})

describe('something else', () => {
  it('that answers with nothing in particular is an error of its own, and not of ours', async () => {
    for (const answer of ['null', '{}', '[]', '{"status":"success"}', 'hello']) {
      const url = await serve({}, [200, answer])
      const system = described({ prometheus: url, alertmanager: url })
      await expect(readClocks(openMonitoring(system, {}), system)).rejects.toMatchObject({
        code: 'FD_FOREIGN_MONITORING',
      })
    }
  })
})

describe('a Prometheus that adds a label to every alert', () => {
  const config = [
    'global: { scrape_interval: 15s, scrape_timeout: 10s, evaluation_interval: 15s, external_labels: { cluster: eu-1 } }',
    'scrape_configs: [{ job_name: shop, scrape_interval: 15s }]',
  ].join('\n')
  const start = () =>
    serve(
      {
        '/api/v1/status/buildinfo': ok({ version: '2.42.0' }),
        '/api/v1/status/config': ok({ yaml: config }),
        '/api/v1/status/flags': ok({}),
        '/api/v1/targets': ok({
          activeTargets: [{ labels: { job: 'shop' }, health: 'up', lastError: '', scrapeInterval: '15s' }],
        }),
        '/api/v1/rules': ok({
          groups: [{ ...GROUP, rules: [{ ...GROUP.rules[0], query: 'sum by (job) (up) == 0' }] }],
        }),
        '/api/v1/labels': ok(['job', 'instance', 'cluster']),
        '/api/v1/alerts': ok({ alerts: [] }),
        '/api/v2/status': STATUS,
      },
      [404, '404 page not found\n'],
    )

  it('can end a run by an alert with that label, although no expression has it', async () => {
    const url = await start()
    const system = described({ prometheus: url, alertmanager: url })
    const context = await planContextOf(system, [], {})
    expect(whyNoAlert({ alert: 'ShopDown', labels: { cluster: 'eu-1' } }, context)).toBeUndefined()
    expect(whyNoAlert({ alert: 'ShopDown', labels: { instance: 'shop:80' } }, context)).toContain('a label instance')
  })
})
