import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { Prometheus } from '../prometheus.ts'

const servers: Server[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})

const bounded = { timeoutMs: 20_000 }
const ok = (data: unknown, more: object = {}) => ({ status: 'success', data, ...more })
const matrix = (times: readonly number[]) => ({
  resultType: 'matrix',
  result: [{ metric: { __name__: 'up', job: 'store' }, values: times.map((ms) => [ms / 1_000, '1']) }],
})
const vector = (value: string) => ({ resultType: 'vector', result: [{ metric: {}, value: [1, value] }] })

interface Asked {
  path: string
  parameters: URLSearchParams
  headers: IncomingMessage['headers']
}

/** A server with these answers, and what it was asked. An answer that is a number is a status. */
async function serve(answer: (asked: Asked) => object | number) {
  const asked: Asked[] = []
  const server = createServer(({ url = '', headers }, response) => {
    const { pathname: path, searchParams: parameters } = new URL(url, 'http://x')
    asked.push({ path, parameters, headers })
    const given = answer({ path, parameters, headers })
    if (typeof given === 'number') response.writeHead(given).end('no')
    else response.end(JSON.stringify(given))
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

/** Samples of `up` of the last seconds, the newest `newestMs` ago. */
const timesUntil = (newestMs: number) => {
  const lastMs = Math.floor(Date.now() / 1_000) * 1_000 - newestMs
  return Array.from({ length: 10 }, (_, index) => lastMs - (9 - index) * 1_000)
}

/** A Prometheus that has these samples of `up`, and alerts and rules. */
const startPrometheus = (times: readonly number[]) =>
  serve(({ path }) => {
    if (path.endsWith('/alerts')) {
      const alert = { labels: { alertname: 'A' }, state: 'firing', activeAt: '2026-01-02T03:04:05Z' }
      return ok({ alerts: [alert] })
    }
    return path.endsWith('/query') ? ok(matrix(times)) : ok([])
  })

/** A store: the samples of `up` that it has, and what it answers to all else. */
const startStore = (times: readonly number[], value: (asked: Asked) => object | number = () => ok(vector('7'))) =>
  serve((asked) => (asked.parameters.get('query')?.startsWith('up[') ? ok(matrix(times)) : value(asked)))

describe('a Prometheus whose samples are read from a store', () => {
  it('answers with what the store has, as of the moment until which that is complete', async () => {
    const times = timesUntil(0)
    const [prometheus, store] = [await startPrometheus(times), await startStore(times.slice(0, -3))]
    const read = new Prometheus(prometheus.url, { store: { url: store.url } })
    const { samples, asOfMs } = await read.queryAsOf('sum(x)', bounded)
    expect(samples).toMatchObject([{ value: 7 }])
    expect(asOfMs).toBe(times.at(-4))
    const evaluated = store.asked.find(({ parameters }) => parameters.get('query') === 'sum(x)')
    expect(Number(evaluated?.parameters.get('time')) * 1_000).toBeCloseTo(asOfMs ?? 0, 3)
    expect(read.store?.behindMs).toBeGreaterThanOrEqual(2_000)
  })

  it('is itself asked for alerts, and neither is shown the login of the other', async () => {
    const times = timesUntil(0)
    const [prometheus, store] = [await startPrometheus(times), await startStore(times)]
    const access = { url: store.url, authorization: 'Bearer theirs', headers: { 'x-scope-orgid': 'team-1' } }
    const read = new Prometheus(prometheus.url, { authorization: 'Basic ours', store: access })
    expect(await read.alerts(bounded)).toMatchObject([{ labels: { alertname: 'A' }, state: 'firing' }])
    await read.query('x', bounded)
    await read.range('x', { startMs: 0, endMs: 1_000, stepMs: 1_000 }, bounded).catch(() => undefined)
    await read.labelNames(bounded)
    expect(store.asked.some(({ path }) => /alerts|labels/.test(path))).toBe(false)
    expect(store.asked.map(({ headers }) => [headers.authorization, headers['x-scope-orgid']])).toEqual(
      store.asked.map(() => ['Bearer theirs', 'team-1']),
    )
    expect(prometheus.asked.map(({ headers }) => [headers.authorization, headers['x-scope-orgid']])).toEqual(
      prometheus.asked.map(() => ['Basic ours', undefined]),
    )
  })

  it.each([
    ['refuses', 401, /the metrics store at http:.*: answered 401/],
    ['does not serve what is asked', 404, /the metrics store at http:.*: answered 404/],
    ['answers with a part, by its flag', { isPartial: true }, /answered with a part only: isPartial/],
    ['answers with a part, by a warning', { warnings: ['store 2: no reply'] }, /a part only: store 2: no reply/],
  ])('fails where the store %s', async (_, answer, message) => {
    const times = timesUntil(0)
    const prometheus = await startPrometheus(times)
    const store = await serve(() => (typeof answer === 'number' ? answer : ok(matrix(times), answer)))
    const read = new Prometheus(prometheus.url, { store: { url: store.url } })
    await expect(read.query('x', bounded)).rejects.toThrow(message)
    await expect(read.store?.caughtUp(0, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough')
  })

  it('takes a warning about the expression for none about the answer', async () => {
    const times = timesUntil(0)
    const prometheus = await startPrometheus(times)
    const more = { warnings: ['PromQL warning: quantile value should be between 0 and 1'] }
    const store = await startStore(times, () => ok(vector('7'), more))
    expect(await new Prometheus(prometheus.url, { store: { url: store.url } }).query('x', bounded)).toHaveLength(1)
  })

  it('fails where the store has nothing recent, and is unfit where it is far behind or also another one writes there', async () => {
    const times = timesUntil(0)
    const prometheus = await startPrometheus(times)
    const read = async (kept: readonly number[]) => {
      const store = await startStore(kept)
      return new Prometheus(prometheus.url, { store: { url: store.url } })
    }
    await expect((await read([])).query('x', bounded)).rejects.toMatchObject({ code: 'FD_PROBE_BEHIND' })
    const { store } = await read(times)
    const look = await store?.look(bounded)
    if (store === undefined || look === undefined) throw new Error('there is no store')
    expect(store.whyUnfit(look)).toBeUndefined()
    expect(store.whyUnfit({ ...look, behindMs: 60_000 })).toMatch(/the metrics store at http.* behind Prometheus/)
    expect(store.whyUnfit({ ...look, foreign: ['up{job="x"}'] })).toContain('another Prometheus too: up{job="x"}')
  })

  it('is waited for until it has the samples of a moment', async () => {
    const times = timesUntil(0)
    const prometheus = await startPrometheus(times)
    let looks = 0
    const store = await serve(() => ok(matrix(++looks < 3 ? times.slice(0, -1) : times)))
    const read = new Prometheus(prometheus.url, { store: { url: store.url } })
    expect(await read.store?.caughtUp(times.at(-1) ?? 0, {})).toBeUndefined()
    expect(looks).toBe(3)
  })
})
