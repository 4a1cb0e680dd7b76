import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Value } from '#typebox/value'
import { dashboards } from '../../../dashboards/all/dashboards.ts'
import { Prometheus } from '../../../probes/prometheus.ts'
import { profiles } from '../../../stack/profile.ts'
import type { DashboardData, DashboardView, WhyEmptyView } from '../../contract.ts'
import { routes } from '../../contract.ts'
import { DashboardSource } from './dashboard-source.ts'

/** A Prometheus of which a test decides what it answers; every question is kept. */
let server: Server
let asked: { path: string; query: URLSearchParams }[]
let answer: (path: string, query: URLSearchParams) => unknown
let source: DashboardSource
beforeEach(async () => {
  asked = []
  answer = () => ({ resultType: 'matrix', result: [] })
  server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://x')
    const path = pathname.replace('/api/v1/', '')
    asked.push({ path, query: searchParams })
    response.end(JSON.stringify({ status: 'success', data: answer(path, searchParams) }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const prometheus = new Prometheus(`http://127.0.0.1:${port}`)
  source = new DashboardSource({ profile: profiles.lab, prometheus: () => prometheus })
})
afterEach(() => server.close())

const read = async <T>(bytes: Promise<Buffer>) => JSON.parse((await bytes).toString()) as T
const matrix = (metric: Record<string, string>, ...values: [seconds: number, value: string][]) => ({
  resultType: 'matrix',
  result: [{ metric, values }],
})
const NAMES = Object.keys(dashboards) as (keyof typeof dashboards)[]

describe('dashboards of the control API', () => {
  it.each(NAMES)('%s is shown in the form of the contract, its panels under distinct names', async (name) => {
    answer = () => ['store', 'quotes']
    const view = await read<DashboardView>(source.view(name, {}))
    expect([...Value.Errors(routes.dashboard.response, view)]).toEqual([])
    const names = view.rows.flatMap(({ panels }) => panels.map((panel) => panel.name))
    expect(new Set(names).size).toBe(names.length)
    for (const { values } of view.choices) expect(values).toEqual(['quotes', 'store'])
  })

  it.each(NAMES)(
    '%s asks for every query of its panels, and shows the series in the form of the contract',
    async (name) => {
      const spec = dashboards[name]
      answer = (_, query) => matrix({ service: 'store' }, [Number(query.get('end')), '1'])
      const data = await read<DashboardData>(source.data(name, { rangeMs: 60_000 }))
      expect([...Value.Errors(routes.dashboardData.response, data)]).toEqual([])
      const panels = Object.values(spec.rows).flat()
      const queries = panels.reduce((sum, panel) => sum + (panel.kind === 'text' ? 0 : panel.queries.length), 0)
      // And the three kinds of marks.
      expect(asked).toHaveLength(queries + 3)
      for (const { query } of asked) expect(query.get('query')).not.toContain('$')
      for (const { series } of data.panels) {
        expect(series.length).toBeGreaterThan(0)
        for (const { values } of series) expect(values.at(-1)).toBe(1)
      }
    },
  )

  it('puts values on the grid of its times, with null where there is none', async () => {
    answer = (_, query) => {
      const end = Number(query.get('end'))
      return matrix({ service: 'store' }, [end - 1, '0.25'], [end - 0.5, 'NaN'], [end, '+Inf'])
    }
    const { fromMs, toMs, stepMs, panels } = await read<DashboardData>(source.data('overview', { rangeMs: 10_000 }))
    expect({ stepMs, spanMs: toMs - fromMs }).toEqual({ stepMs: 500, spanMs: 10_000 })
    const values = panels.find(({ name }) => name === 'request-rate-by-service')?.series[0]?.values
    expect(values).toHaveLength(21)
    expect(values?.slice(-4)).toEqual([null, 0.25, null, null])
  })

  it('asks Prometheus once for fifty who look at the same', async () => {
    const all = await Promise.all(
      Array.from({ length: 50 }, () => source.data('worker', { fromMs: 1_000_000, toMs: 1_060_000 })),
    )
    expect(new Set(all).size).toBe(1)
    const once = asked.length
    await source.data('worker', { fromMs: 1_000_000, toMs: 1_060_000 })
    expect(asked.length).toBe(once)
    await source.data('worker', { fromMs: 1_000_000, toMs: 1_060_000, service: 'worker' })
    expect(asked.length).toBe(2 * once)
  })

  it('sends a reader who has the data only what is new, from the same answers of Prometheus', async () => {
    answer = (_, query) => matrix({ service: 'store' }, [Number(query.get('end')), '1'])
    const fixed = { fromMs: 1_000_000, toMs: 1_360_000 }
    const whole = await read<DashboardData>(source.data('worker', fixed))
    const once = asked.length
    const bytes = await source.data('worker', { ...fixed, sinceMs: whole.toMs })
    expect(asked.length).toBe(once)
    const more = JSON.parse(bytes.toString()) as DashboardData
    expect([...Value.Errors(routes.dashboardData.response, more)]).toEqual([])
    expect(more.sinceMs).toBe(whole.toMs - 10_000)
    expect(bytes.byteLength).toBeLessThan(JSON.stringify(whole).length / 5)
    expect(await read(source.data('worker', { ...fixed, sinceMs: 5 }))).toEqual(whole)
  })

  it('asks only expressions of its own: what is chosen is text, of any characters', async () => {
    await source.data('overview', { rangeMs: 60_000, service: 'a"} or vector(1)#,store' })
    const of = asked.map(({ query }) => query.get('query') ?? '').find((text) => text.startsWith('sum(1 - up'))
    expect(of).toBe(String.raw`sum(1 - up{service=~"a\"\\} or vector\\(1\\)#|store",instance=~".+"})`)
  })

  it('shows at most sixty series of a panel, and how many more there are', async () => {
    answer = (_, query) => ({
      resultType: 'matrix',
      result: Array.from({ length: 100 }, (_, index) => ({
        metric: { service: `s${index}` },
        values: [[Number(query.get('end')), '1']],
      })),
    })
    const { panels } = await read<DashboardData>(source.data('overview', {}))
    expect(panels.find(({ name }) => name === 'request-rate-by-service')).toMatchObject({ more: 40 })
  })

  it.each([
    ['an unknown dashboard', () => source.data('nope', {}), 404, 'FD_DASHBOARD_UNKNOWN'],
    ['a name of JavaScript', () => source.view('constructor', {}), 404, 'FD_DASHBOARD_UNKNOWN'],
    ['an unknown panel', () => source.why('overview', 'nope', {}), 404, 'FD_DASHBOARD_UNKNOWN'],
    ['a panel of text', () => source.why('runbooks', 'ServiceDown', {}), 404, 'FD_DASHBOARD_UNKNOWN'],
    [
      'a range that ends before it begins',
      () => source.data('overview', { fromMs: 2, toMs: 1 }),
      400,
      'FD_DASHBOARD_RANGE',
    ],
  ])('refuses %s', async (_, ask, status, code) => {
    await expect(Promise.resolve().then(ask)).rejects.toMatchObject({ status, problem: { code } })
    expect(asked).toEqual([])
  })

  it('says that Prometheus is gone, and still shows what the dashboard consists of', async () => {
    server.close()
    await expect(source.data('overview', {})).rejects.toMatchObject({
      status: 502,
      problem: { code: 'FD_PROMETHEUS_UNREACHABLE' },
    })
    const view = await read<DashboardView>(source.view('overview', {}))
    expect(view.rows.length).toBeGreaterThan(3)
    expect(view.choices[0]).toEqual({ name: 'service', values: null })
  })
})

describe('why a panel is empty', () => {
  const up = {
    discoveredLabels: {},
    labels: { job: 'store', service: 'store', instance: 'store-1' },
    health: 'up',
    lastError: '',
  }
  const down = { ...up, labels: { ...up.labels, instance: 'store-2' }, health: 'down', lastError: 'connection refused' }
  const vector = (...values: string[]) => ({
    resultType: 'vector',
    result: values.map((value) => ({ metric: {}, value: [0, value] })),
  })

  /** A stack on which all is well, but for what a test changes. */
  const well = (changes: {
    targets?: unknown[]
    series?: (match: string) => unknown[]
    query?: (text: string) => unknown
  }) => {
    answer = (path, query) => {
      const text = query.get('query') ?? ''
      if (path === 'targets') return { activeTargets: changes.targets ?? [up] }
      if (path === 'series') return changes.series?.(query.get('match[]') ?? '') ?? [up.labels]
      if (path === 'query_range') return matrix({}, [Number(query.get('start')), '1'])
      const own = changes.query?.(text)
      if (own !== undefined) return own
      if (text === 'time()') return { resultType: 'scalar', result: [Date.now() / 1_000, String(Date.now() / 1_000)] }
      return vector(text.startsWith('time() - max') ? '0.2' : '12')
    }
  }
  const why = (more: { service?: string; nowMs?: number } = {}) =>
    read<WhyEmptyView>(source.why('overview', 'request-rate-by-service', { rangeMs: 60_000, ...more }))
  const states = ({ checks }: WhyEmptyView) => Object.fromEntries(checks.map(({ name, state }) => [name, state]))

  it('makes five checks, in the form of the contract, of which none speaks against a stack that is well', async () => {
    well({})
    const view = await why()
    expect([...Value.Errors(routes.whyEmpty.response, view)]).toEqual([])
    expect(states(view)).toEqual({ targets: 'good', traffic: 'good', series: 'good', window: 'good', clocks: 'good' })
    expect(view.conclusion).toContain('Nothing is wrong')
  })

  it.each<[string, Parameters<typeof well>[0], string, string | RegExp]>([
    ['a target is down', { targets: [up, down] }, 'targets', 'store-2 is down (connection refused).'],
    [
      'nothing was counted',
      { query: (text) => (text.startsWith('sum(increase') ? vector('0') : undefined) },
      'traffic',
      'It has counted nothing in the last 1 min.',
    ],
    [
      'the series are unknown',
      { series: () => [] },
      'series',
      'Prometheus has no series http_requests_total in this time range.',
    ],
    [
      'the window holds one sample',
      { query: (text) => (text.startsWith('max(count_over_time') ? vector('1') : undefined) },
      'window',
      'The last 2s of http_requests_total hold 1 sample; a rate needs two.',
    ],
    [
      'the clock of Prometheus is off',
      {
        query: (text) =>
          text === 'time()'
            ? { resultType: 'scalar', result: [Date.now() / 1_000 + 60, String(Date.now() / 1_000 + 60)] }
            : undefined,
      },
      'clocks',
      // The time between the two looks counts.
      /^The clock of Prometheus is (1 min( \d+ s)?|\d+\.\d s) ahead of that of control\.$/,
    ],
    [
      'nothing was scraped for a while',
      { query: (text) => (text.startsWith('time() - max') ? vector('30') : undefined) },
      'clocks',
      'The newest sample is 30.0 s old: nothing was scraped since.',
    ],
  ])('says when %s', async (_, changes, check, text) => {
    well(changes)
    const view = await why()
    expect(states(view)).toMatchObject({ [check]: 'bad' })
    if (typeof text === 'string') expect(view.conclusion).toBe(text)
    else expect(view.conclusion).toMatch(text)
  })

  it('says when it is only what is chosen that has no series', async () => {
    well({ series: (match) => (match.includes('service=~') ? [] : [up.labels]) })
    const { conclusion } = await why({ service: 'store' })
    expect(conclusion).toBe('There are series http_requests_total, but none of service store.')
  })

  it('says when the clock of the browser is off', async () => {
    well({})
    const { conclusion } = await why({ nowMs: Date.now() - 120_000 })
    expect(conclusion).toMatch(/^The clock of this browser is 2 min( \d+ s)? behind that of control\.$/)
  })

  it('says why a panel is quiet while all is well', async () => {
    well({ series: () => [] })
    const view = await read<WhyEmptyView>(source.why('drills', 'faults-in-force', {}))
    expect(view.conclusion).toBe('No fault was injected.')
  })

  it('goes on where a check cannot be made', async () => {
    well({ query: (text) => (text.startsWith('sum(increase') ? 'no vector' : undefined) })
    expect(states(await why())).toMatchObject({ traffic: 'unknown', targets: 'good' })
  })
})
