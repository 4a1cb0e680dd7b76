import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { done, notYet, waitUntil } from '../base/wait.ts'
import { type AnyJourney, journeys } from './journey/journeys.ts'
import { type LoadOptions, type RunningLoad, startLoad } from './start-load.ts'

/** A store that keeps item keys in memory, and can be crashed and brought back on the same port. */
class TestStore {
  readonly items = new Set<string>()
  readonly seen: string[] = []
  /** Requests are left without an answer while this is set. */
  hanging = false
  #server: Server | undefined
  /** Below those of outgoing connections: none of them takes it while the store is down. */
  #port = 15_000 + (process.pid % 5_000)

  async start(): Promise<string> {
    const server = createServer((request, response) => {
      this.seen.push(`${request.method} ${request.url}`)
      if (this.hanging) return
      void this.#answer(request).then(([status, body]) => response.writeHead(status).end(status === 204 ? '' : body))
    })
    while (!(await listens(server, this.#port))) this.#port++
    this.#server = server
    return `http://127.0.0.1:${this.#port}`
  }

  async crash(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    if (server === undefined) return
    const closed = new Promise((resolve) => server.close(resolve))
    server.closeAllConnections()
    await closed
  }

  async #answer(request: IncomingMessage): Promise<[status: number, body: string]> {
    let body = ''
    for await (const chunk of request) body += chunk
    const url = request.url ?? ''
    const key = url.startsWith('/items/') ? url.slice('/items/'.length) : undefined
    if (request.method === 'POST' && url === '/items') {
      const { key } = JSON.parse(body) as { key: string }
      if (this.items.has(key)) return [409, '']
      this.items.add(key)
      return [201, body]
    }
    if (key === undefined) return url === '/transactions' ? [201, body] : [200, '{}']
    if (request.method === 'DELETE') return [this.items.delete(key) ? 204 : 404, '']
    return [this.items.has(key) ? 200 : 404, JSON.stringify({ key })]
  }
}

/** False when the port is in use. */
async function listens(server: Server, port: number): Promise<boolean> {
  server.listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    return false
  }
}

const quick: AnyJourney = { ...journeys.browse, think: '1ms..5ms' }
const store = { current: new TestStore() }
const loads: RunningLoad[] = []

function load(origin: string, options: Partial<LoadOptions> = {}): RunningLoad {
  const running = startLoad({
    journey: quick,
    origins: [origin],
    users: 8,
    spawnRatePerSecond: 400,
    seed: 7,
    ...options,
  })
  loads.push(running)
  return running
}

async function until(what: string, condition: () => boolean): Promise<void> {
  const attempt = async () => (condition() ? done(undefined) : notYet('not so'))
  await waitUntil(attempt, { what, timeoutMs: 20_000, intervalMs: 5 })
}

afterEach(async () => {
  for (const running of loads.splice(0)) await running.stop()
  await store.current.crash()
  store.current = new TestStore()
})

describe('startLoad', () => {
  it('runs every user, without a failure on a healthy system, and leaves nothing behind', async () => {
    const running = load(await store.current.start())
    await running.allRunning
    expect(running.users()).toBe(8)
    await until('150 requests', () => running.recorder.requests > 150)
    await running.stop()
    const summary = running.recorder.summary()
    expect(summary).toMatchObject({ failures: 0, failuresByCause: {} })
    expect(summary.latencyMs?.p50).toBeGreaterThan(0)
    expect(running.users()).toBe(0)
    expect([...store.current.items]).toEqual([])
    const kinds = new Set(store.current.seen.map((line) => line.replace(/firedrill-\S+/, 'KEY')))
    expect([...kinds].sort()).toEqual([
      'DELETE /items/KEY',
      'GET /items/KEY',
      'GET /items?limit=20',
      'POST /items',
      'POST /transactions',
    ])
  })

  it('starts users at the spawn rate', async () => {
    const origin = await store.current.start()
    const startedMs = performance.now()
    const running = load(origin, { users: 11, spawnRatePerSecond: 50 })
    await running.allRunning
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(195)
    expect(performance.now() - startedMs).toBeLessThan(10_000)
  })

  it('counts what failed while the system was down, by cause, and goes on when it is back', async () => {
    const running = load(await store.current.start())
    await until('requests', () => running.recorder.requests > 50)
    const crashedMs = Date.now()
    await store.current.crash()
    await until('failures', () => running.recorder.failures > 30)
    const backMs = Date.now()
    await store.current.start()
    const failedBefore = running.recorder.failures
    const { requests } = running.recorder
    await until(
      'good requests',
      () => running.recorder.requests - requests > running.recorder.failures - failedBefore + 50,
    )
    await running.stop()
    const summary = running.recorder.summary()
    expect(summary.failuresByCause.refused).toBeGreaterThan(20)
    expect(Object.keys(summary.failuresByCause).sort()).toEqual(expect.arrayContaining(['refused']))
    expect(summary.firstFailureMs).toBeGreaterThan(crashedMs - 5_000)
    expect(summary.lastFailureMs).toBeLessThan(backMs + 5_000)
    expect(summary.longestFailingMs).toBeGreaterThan(0)
    const { firstFailureMs, lastFailureMs } = summary
    expect(summary.longestFailingMs).toBeLessThanOrEqual((lastFailureMs ?? 0) - (firstFailureMs ?? 0) + 1)
    expect(running.recorder.felt(crashedMs, Date.now()).failures).toBe(summary.failures)
  })

  it('counts a request without an answer as a timeout', async () => {
    const origin = await store.current.start()
    store.current.hanging = true
    const running = load(origin, { users: 2, timeoutMs: 40 })
    await until('timeouts', () => running.recorder.failures >= 4)
    expect(Object.keys(running.recorder.summary().failuresByCause)).toEqual(['timeout'])
  })

  it('counts no request as failed because the run ended', async () => {
    const origin = await store.current.start()
    const controller = new AbortController()
    const running = load(origin, { timeoutMs: 60_000, signal: controller.signal })
    await until('requests', () => running.recorder.requests > 50)
    store.current.hanging = true
    const { length } = store.current.seen
    await until('every user to wait for an answer', () => store.current.seen.length >= length + 8)
    controller.abort()
    const startedMs = performance.now()
    await running.stop()
    expect(performance.now() - startedMs).toBeLessThan(30_000)
    expect(running.recorder.failures).toBe(0)
  })

  it('ends while users are still being started', async () => {
    const running = load(await store.current.start(), { users: 1_000, spawnRatePerSecond: 10 })
    await until('a first request', () => running.recorder.requests > 0)
    await running.stop()
    await running.allRunning
    expect(running.users()).toBe(0)
  })
})
