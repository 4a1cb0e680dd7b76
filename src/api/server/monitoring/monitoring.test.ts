import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { saveJournal } from '../../../drills/journal/journal-store.ts'
import { heldJournal, inconclusiveJournal, ZERO_MS } from '../../../drills/journal/test-journal.ts'
import { JournalIndex } from '../drills/journal-index.ts'
import { AlertStates } from './alert-states.ts'
import { CoverageSource } from './coverage-source.ts'
import { MonitoringLink } from './monitoring-link.ts'
import { ObjectiveStates } from './objective-states.ts'

const STARTED = '2026-01-01T00:00:00Z'
const NOW_MS = Date.parse('2026-01-01T01:00:00Z')
const labels = { alertname: 'ServiceDown', service: 'store', instance: 'store-1', severity: 'critical' }
const down = {
  type: 'alerting',
  name: 'ServiceDown',
  query: 'up == 0',
  duration: 2,
  labels: { severity: 'critical' },
  annotations: { summary: '{{ $labels.instance }} is down', runbook_url: 'docs/runbooks/ServiceDown.md' },
  lastEvaluation: STARTED,
}
const firing = {
  labels,
  annotations: { summary: 'store-1 is down' },
  state: 'firing',
  activeAt: STARTED,
  value: '0e+00',
}
const ratio = (window: string, value: string) => ({
  metric: {
    __name__: `slo:sli_error:ratio_rate${window}`,
    sloth_id: 'store-users',
    sloth_service: 'store',
    sloth_slo: 'users',
  },
  value: [1, value],
})

type Answer = (query: URLSearchParams) => unknown
let folder: string
let server: Server
let asked: string[]
let answers: Record<string, Answer | undefined>
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fd-monitoring-'))
  asked = []
  answers = {
    '/api/v1/rules': (query) => ({
      groups: [
        {
          name: 'liveness',
          interval: 0.1,
          rules:
            query.get('type') === 'record'
              ? [{ type: 'recording', name: 'slo:objective:ratio', labels: ratio('5m', '0').metric }]
              : [
                  { ...down, alerts: [firing] },
                  { ...down, query: 'absent(up)' },
                  { ...down, name: 'Watchdog', query: 'vector(1)', labels: { severity: 'none' } },
                ],
        },
      ],
    }),
    '/api/v1/query': (query) => ({
      resultType: 'vector',
      result: query.get('query')?.includes('sloth_id')
        ? [
            ratio('5m', '0.01'),
            ratio('30d', '0.0005'),
            { metric: { ...ratio('5m', '0').metric, __name__: 'slo:objective:ratio' }, value: [1, '0.999'] },
            { metric: { ...ratio('5m', '0').metric, __name__: 'slo:time_period:days' }, value: [1, '1'] },
          ]
        : [
            { metric: { instance: 'store-1' }, value: [1, '0'] },
            { metric: { instance: 'store-2' }, value: [1, '1'] },
          ],
    }),
    '/api/v1/query_range': (query) => ({
      resultType: 'matrix',
      result: query.get('query')?.includes('ALERTS')
        ? [{ metric: { ...labels, alertstate: 'firing' }, values: [[NOW_MS / 1_000 - 10, '1']] }]
        : query.get('query')?.includes('firedrill_fault_active')
          ? [{ metric: { fault: 'kill', replica: 'store-1' }, values: [[NOW_MS / 1_000, '1']] }]
          : [{ metric: { ...ratio('5m', '0').metric, instance: 'store-1' }, values: [[NOW_MS / 1_000, '0.002']] }],
    }),
    '/api/v2/alerts': () => [
      {
        fingerprint: 'a',
        labels,
        startsAt: STARTED,
        updatedAt: STARTED,
        status: { state: 'suppressed', inhibitedBy: ['b'], silencedBy: ['s'], mutedBy: [] },
      },
      {
        fingerprint: 'b',
        labels: { alertname: 'ServiceUnsettled', service: 'store' },
        startsAt: STARTED,
        updatedAt: STARTED,
        status: { state: 'active' },
      },
    ],
    '/api/v2/silences': () => [
      { id: 's', comment: 'a move', createdBy: 'ann', endsAt: '2026-01-01T02:00:00Z', status: { state: 'active' } },
    ],
  }
  server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://x')
    asked.push(url.pathname)
    const data = answers[url.pathname]?.(url.searchParams)
    if (data === undefined) response.statusCode = 503
    response.end(JSON.stringify(url.pathname.startsWith('/api/v1') ? { status: 'success', data } : data))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await rm(folder, { recursive: true, force: true })
})

function link(): MonitoringLink {
  const { port } = server.address() as AddressInfo
  const part = (name: string) => ({
    name,
    kind: 'monitoring' as const,
    summary: '',
    maxReplicas: 1,
    replicas: [
      { id: `${name}-1`, state: 'healthy' as const, sinceMs: 0, address: { host: '127.0.0.1', port }, restarts: 0 },
    ],
  })
  return new MonitoringLink({ services: () => [part('prometheus'), part('alertmanager')] }, new Map())
}

const coverage = () => new CoverageSource(link(), new JournalIndex({ journals: join(folder, 'journals') }), () => 'lab')
const alerts = (of = coverage()) => new AlertStates(link(), () => of.proofs())

describe('alerts', () => {
  it('are every rule with its state, what holds it back, its value and its last proof', async () => {
    await mkdir(join(folder, 'journals'))
    await saveJournal({ journals: join(folder, 'journals') }, heldJournal())
    const { rules, problems } = await alerts().view()
    expect(problems).toEqual([])
    expect(rules.map(({ id, state, notifies }) => [id, state, notifies])).toEqual([
      ['liveness.ServiceDown', 'suppressed', true],
      ['liveness.ServiceDown.2', 'inactive', true],
      ['liveness.Watchdog', 'inactive', false],
    ])
    expect(rules[0]).toMatchObject({
      forMs: 2_000,
      runbook: 'ServiceDown',
      seenOn: { dashboard: 'overview' },
      main: { expr: 'up', operator: '==', bound: 0, value: 0, holds: true },
      proof: { drill: 'store-crash', cause: 'kill store', afterMs: 290, notified: true },
      active: [
        {
          value: 0,
          summary: 'store-1 is down',
          heldBackBy: [
            { kind: 'alert', text: 'ServiceUnsettled of store' },
            { kind: 'silence', text: 'a move (ann)', untilMs: Date.parse('2026-01-01T02:00:00Z') },
          ],
        },
      ],
    })
    expect(rules[1]?.main).toBeNull()
  })

  it('keep their rules while Prometheus is down, without a state, and name what did not answer', async () => {
    const states = alerts()
    await states.view()
    answers['/api/v1/rules'] = undefined
    await new Promise((resolve) => setTimeout(resolve, 1_050))
    const { rules, problems } = await states.view()
    expect(rules.map(({ state, active }) => [state, active.length])).toEqual([
      ['unknown', 0],
      ['unknown', 0],
      ['unknown', 0],
    ])
    expect(problems).toEqual([expect.stringMatching(/^prometheus: /)])
  })

  it('are asked for once by all who look within a second', async () => {
    const states = alerts()
    await Promise.all(Array.from({ length: 50 }, () => states.view()))
    await Promise.all(Array.from({ length: 50 }, () => states.history(900_000, NOW_MS)))
    expect(asked.filter((path) => path === '/api/v2/alerts')).toHaveLength(1)
    // The expression with a threshold, and the two of the history.
    expect(asked.filter((path) => path.startsWith('/api/v1/query'))).toHaveLength(3)
  })

  it('have a history of spans, with the faults that were in force', async () => {
    expect(await alerts().history(900_000, NOW_MS)).toMatchObject({
      fromMs: NOW_MS - 900_000,
      toMs: NOW_MS,
      alerts: [{ name: 'ServiceDown', state: 'firing', toMs: NOW_MS - 10_000, lasts: false }],
      faults: [{ fault: 'kill', target: 'store-1', toMs: NOW_MS }],
    })
  })

  it('show one rule with what it was judged by, or say that there is no such rule', async () => {
    const view = await alerts().rule('liveness.ServiceDown', 60_000, NOW_MS)
    expect(view.conditions).toMatchObject([{ expr: 'up', bound: 0, leftOut: 0, series: [{ name: 'store-1' }] }])
    expect(view.conditions[0]?.series[0]?.values.filter((value) => value !== null)).toEqual([0.002])
    expect(view.timesMs).toHaveLength(121)
    await expect(alerts().rule('liveness.Gone', 60_000, NOW_MS)).rejects.toMatchObject({ code: 'FD_ALERT_UNKNOWN' })
  })
})

describe('objectives', () => {
  const objectives = () => new ObjectiveStates({ link: link(), objectives: [], scale: (ms) => ms / 30 })

  it('have their burn rates over every window, with the limits of their alerts', async () => {
    const [objective] = (await objectives().view()).objectives
    expect(objective).toMatchObject({
      id: 'store-users',
      targetPercent: 99.9,
      budgetLeftPercent: 50,
      burnRate: 10,
      limits: [
        { severity: 'page', factor: 14.4, short: '5m', long: '1h' },
        { severity: 'page', factor: 6 },
        { severity: 'ticket', factor: 3 },
        { severity: 'ticket', factor: 1 },
      ],
    })
    expect(objective?.burnRates[0]).toEqual({ window: '5m', windowMs: 10_000, rate: expect.closeTo(10) })
    expect(objective?.burnRates[1]).toMatchObject({ window: '30m', rate: null })
  })

  it('have a history, or are not known', async () => {
    const view = await objectives().history('store-users', 900_000, NOW_MS)
    expect(view.groups).toHaveLength(1)
    expect(view.groups[0]?.burnRates[0]).toMatchObject({ window: '5m' })
    expect(view.groups[0]?.burnRates[0]?.rates.at(-1)).toBeCloseTo(2)
    await expect(objectives().history('store-gone', 900_000, NOW_MS)).rejects.toMatchObject({
      code: 'FD_OBJECTIVE_UNKNOWN',
    })
  })
})

describe('coverage', () => {
  it('lists runs latest first, and cells refer to them', async () => {
    const journals = join(folder, 'journals')
    await mkdir(journals)
    const later = {
      ...heldJournal(),
      startedAt: new Date(ZERO_MS + 60_000).toISOString(),
      verdict: 'deviated' as const,
    }
    const unsure = { ...inconclusiveJournal(), startedAt: new Date(ZERO_MS + 120_000).toISOString() }
    for (const journal of [heldJournal(), later, unsure]) await saveJournal({ journals }, journal)
    await writeFile(join(journals, '2026-09-09T00-00-00-000Z-broken.json'), '{')
    const view = await coverage().view()
    expect(view.runs.map(({ verdict, drill }) => [verdict, drill])).toEqual([
      ['deviated', 'store-crash'],
      ['held', 'store-crash'],
    ])
    expect(view.rows[0]).toMatchObject({ fault: 'kill', service: 'store', runs: [0, 1] })
    expect(view.rows[0]?.cells.ServiceDown?.proofs.map(({ run }) => run)).toEqual([0, 1])
    expect(view).toMatchObject({ unread: 1, alertRatio: 1, alwaysFiring: ['Watchdog'] })
    expect(view.leftOut).toEqual([{ verdict: 'inconclusive', count: 1 }])
  })

  it('fails when the rules were never known, and keeps them once they were', async () => {
    const source = coverage()
    const rules = answers['/api/v1/rules']
    answers['/api/v1/rules'] = undefined
    await expect(source.view()).rejects.toMatchObject({ code: 'FD_PROBE_ANSWER' })
    answers['/api/v1/rules'] = rules
    await new Promise((resolve) => setTimeout(resolve, 2_050))
    expect((await source.view()).alerts).toEqual([{ name: 'ServiceDown', severity: 'critical', fired: false }])
  })
})
