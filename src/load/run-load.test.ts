import { afterEach, describe, expect, it } from 'vitest'
import { Histogram } from './figures/histogram.ts'
import { defineJourney, weight } from './journey/journey.ts'
import type { AnyJourney } from './journey/journeys.ts'
import { readThresholds } from './result/thresholds.ts'
import { type LoadRunOptions, runLoad } from './run-load.ts'
import { judgeSaturation, type Measured } from './saturation/saturation.ts'
import { localShard } from './shard/shard.ts'
import { json, TestTarget } from './test-target.ts'

const journeys: Record<string, AnyJourney> = {
  read: defineJourney({
    summary: '',
    think: '5ms..10ms',
    tasks: [weight(3, (user) => user.get('/good')), weight(1, (user) => user.get('/bad'))],
  }),
  throws: defineJourney({
    summary: '',
    tasks: [
      weight(1, function clumsy() {
        throw new Error('oops')
      }),
    ],
  }),
}

const targets: TestTarget[] = []
afterEach(async () => {
  for (const target of targets.splice(0)) await target.stop()
})

async function serve(): Promise<string> {
  const target = await TestTarget.start(({ url }, response) => {
    if (url === '/bad') response.writeHead(500).end()
    else json(response, {})
  })
  targets.push(target)
  return target.url
}

/** Runs its parts in this thread; threads of their own are tested end to end. */
function run(origin: string, options: Partial<LoadRunOptions> = {}) {
  return runLoad({
    journey: 'read',
    origins: [origin],
    plan: { model: 'closed', users: 9, spawnRatePerSecond: 1_000 },
    threads: 3,
    seed: 4,
    timeoutMs: 20_000,
    durationMs: 1_500,
    thresholds: [],
    abortOnFail: false,
    graceMs: 500,
    network: { allowRemote: false },
    signal: new AbortController().signal,
    // All shards share this thread with the target, and the machine with other tests.
    judge: ({ latencyP99Ms: _, ...measured }) => ({ saturated: false, ...measured }),
    startShard: ({ journey, ...shard }, onEvent) =>
      localShard({ ...shard, journey: journeys[journey] as AnyJourney }, onEvent),
    ...options,
  })
}

describe('runLoad', () => {
  it('merges what its parts measured, exactly, over time and in all', async () => {
    const states: number[] = []
    const result = await run(await serve(), { onState: ({ users }) => states.push(users) })
    expect(result.outcome).toBe('passed')
    expect(result.elapsedMs).toBeGreaterThanOrEqual(1_500)
    const { total, endpoints, history } = result
    expect(endpoints.map(({ name }) => name)).toEqual(['GET /bad', 'GET /good'])
    const sum = (
      pick: (one: { requests: number; failures: number }) => number,
      list: typeof endpoints | typeof history,
    ) => (list as { requests: number; failures: number }[]).reduce((all, one) => all + pick(one), 0)
    for (const list of [endpoints, history]) {
      expect(sum(({ requests }) => requests, list)).toBe(total.requests)
      expect(sum(({ failures }) => failures, list)).toBe(total.failures)
    }
    expect(total.failures).toBe(endpoints[0]?.requests)
    expect(result.errors).toEqual([{ endpoint: 'GET /bad', cause: 'http 500', count: total.failures }])
    expect(Histogram.from(total.histogram).count).toBe(total.requests - total.failures)
    expect(total.latencyMs?.p99).toBe(Histogram.from(total.histogram).percentile(99) / 1_000)
    expect(states[0]).toBe(9)
    expect(history.length).toBeGreaterThanOrEqual(2)
    expect(history.map(({ second }) => second)).toEqual([...history.keys()])
  })

  it('fails when a threshold is not met, and says what was measured', async () => {
    const thresholds = readThresholds(['errors<1%', 'p99<5s', 'rate>10/s'])
    const result = await run(await serve(), { thresholds })
    expect(result.outcome).toBe('failed')
    expect(result.thresholds.map(({ met }) => met)).toEqual([false, true, true])
    expect(result.reasons).toEqual([expect.stringMatching(/^errors<1% is not met: \d\d\.\d\d %$/)])
  })

  it('is saturated, even when all thresholds are met, when the generator was late for much of what it measured', async () => {
    const late = (measured: Measured) => judgeSaturation({ ...measured, latenessP99Ms: 90, latencyP99Ms: 99 })
    const result = await run(await serve(), { thresholds: readThresholds(['p99<5s']), judge: late })
    expect(result.outcome).toBe('saturated')
    expect(result.reasons[0]).toMatch(/its own lateness of \d+ ms \(p99\) is \d+ % of the latency that it measured/)
  })

  it('ends early on a threshold that is not met, when asked to', async () => {
    const thresholds = readThresholds(['errors<1%'])
    const result = await run(await serve(), { thresholds, abortOnFail: true, durationMs: 60_000 })
    expect(result.outcome).toBe('failed')
    expect(result.elapsedMs).toBeLessThan(30_000)
  })

  it('ends with its figures when it is stopped', async () => {
    const stopping = new AbortController()
    const result = await run(await serve(), {
      signal: stopping.signal,
      durationMs: 60_000,
      onState: () => stopping.abort(new Error('stopped by SIGINT')),
    })
    expect(result).toMatchObject({ outcome: 'stopped', reasons: ['stopped by SIGINT'] })
    expect(result.total.requests).toBeGreaterThan(100)
  })

  it('is broken when the journey throws', async () => {
    const result = await run(await serve(), { journey: 'throws', durationMs: 500 })
    expect(result.outcome).toBe('broken')
    expect(result.reasons[0]).toMatch(/^the journey threw \d+ ×: clumsy: oops$/)
  })

  it('fails when no request goes well', async () => {
    const result = await run('http://127.0.0.1:1', { durationMs: 300 })
    expect(result).toMatchObject({ outcome: 'failed', reasons: ['no request went well'] })
    expect(result.errors[0]?.cause).toBe('refused')
  })

  it('says that what it sent was cut off, where nothing was answered in time', async () => {
    const target = await TestTarget.start(() => undefined)
    targets.push(target)
    const result = await run(target.url, { durationMs: 300, timeoutMs: 60_000, graceMs: 1 })
    expect(result.unfinished).toBe(9)
    expect(result).toMatchObject({
      outcome: 'failed',
      reasons: ['no request was answered: 9 were cut off by the end of the run'],
    })
  })

  it('does not pass when it is over before all its users were due', async () => {
    const plan = { model: 'closed', users: 500, spawnRatePerSecond: 10 } as const
    const result = await run(await serve(), { plan, durationMs: 400 })
    expect(result.outcome).toBe('saturated')
    expect(result.reasons).toEqual([
      expect.stringMatching(/^only \d+ of 500 users started: the run was over before the others were due$/),
    ])
  })

  it('does not pass when a thread does not get its users to start', async () => {
    const result = await run(await serve(), {
      durationMs: 2_500,
      startShard: ({ journey, ...shard }, onEvent) =>
        localShard({ ...shard, journey: journeys[journey] as AnyJourney }, (event) => {
          if (event.kind !== 'running' || shard.share.index !== 1) onEvent(event)
        }),
    })
    expect(result).toMatchObject({
      outcome: 'saturated',
      reasons: ['users of 1 of 3 threads did not start in time'],
    })
  })

  it.each([
    ['http://192.0.2.1/', 'FD_LOAD_REMOTE'],
    ['http://no-such-host.invalid/', 'FD_LOAD_TARGET'],
  ])('refuses %s before anything is sent', async (origin, code) => {
    await expect(run(origin)).rejects.toMatchObject({ code })
  })
})
