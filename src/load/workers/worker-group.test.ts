import { afterEach, describe, expect, it } from 'vitest'
import { done, notYet, waitUntil } from '../../base/wait.ts'
import { defineJourney, weight } from '../journey/journey.ts'
import { json, TestTarget } from '../test-target.ts'
import { httpCarrier } from './carrier.ts'
import { carrierTo, runWith, TestWorkers, TOKEN } from './test-workers.ts'
import type { WorkerGroup } from './worker-group.ts'

const tests = new TestWorkers()
const targets: TestTarget[] = []
const usual = tests.journey
afterEach(async () => {
  await tests.close()
  tests.journey = usual
  for (const target of targets.splice(0)) await target.stop()
})

async function serve(
  handler: Parameters<typeof TestTarget.start>[0] = (_, response) => json(response, {}),
): Promise<TestTarget> {
  const target = await TestTarget.start(handler)
  targets.push(target)
  return target
}

/** The tests share one process with the workers: late is the machine, not the order. What a worker was late by is checked where it is made. */
const onTime = (group: WorkerGroup): WorkerGroup => {
  const facts = group.facts.bind(group)
  group.facts = () =>
    facts().map((fact) => ({ ...fact, startedLateMs: 0, clock: fact.clock && { ...fact.clock, errorMs: 0 } }))
  return group
}

describe('workers', () => {
  it('carry one load together: each user runs once, and what they measured is merged exactly', async () => {
    const raw: number[] = []
    tests.journey = defineJourney({
      summary: '',
      think: '5ms..20ms',
      tasks: [
        weight(1, async (user) => {
          const { durationMs, cause } = await user.get('/users/:n', { params: { n: user.index } })
          if (cause === undefined) raw.push(durationMs)
        }),
      ],
    })
    const target = await serve(({ url }, response) => {
      const user = Number(url?.split('/').at(-1))
      setTimeout(() => json(response, {}), user * 3)
    })
    for (const threads of [1, 2, 1]) await tests.start({ threads })
    const group = onTime(await tests.group())
    expect(group.threads).toBe(4)
    const { outcome, reasons, total, workers = [], setting } = await runWith(group, target.url)
    expect(reasons).toEqual([])
    expect(outcome).toBe('passed')
    expect(setting.threads).toBe(4)
    expect(new Set(target.seen)).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, 7, 8].map((n) => `GET /users/${n}`)))
    expect(total.failures).toBe(0)
    expect(raw.length).toBe(total.requests)
    expect(workers.map(({ threads }) => threads)).toEqual([1, 2, 1])
    expect(workers.reduce((sum, { requests }) => sum + requests, 0)).toBe(total.requests)
    expect(workers.every(({ requests }) => requests > 0)).toBe(true)
    raw.sort((a, b) => a - b)
    const p99 = raw[Math.ceil(raw.length * 0.99) - 1] ?? Number.NaN
    expect(Math.abs((total.latencyMs?.p99 ?? Number.NaN) - p99) / p99).toBeLessThanOrEqual(1 / 512)
  })

  it('show their figures while they run, and end when the load is stopped', async () => {
    const target = await serve()
    for (let n = 0; n < 2; n += 1) await tests.start()
    const stopping = new AbortController()
    const seen: number[] = []
    const { outcome, reasons, users, workers } = await runWith(onTime(await tests.group()), target.url, {
      signal: stopping.signal,
      durationMs: 60_000,
      onState: (state) => {
        seen.push(state.workers?.reduce((sum, worker) => sum + worker.users, 0) ?? 0)
        if (seen.length === 2) stopping.abort(new Error('stopped by SIGINT'))
      },
    })
    expect({ outcome, reasons }).toEqual({ outcome: 'stopped', reasons: ['stopped by SIGINT'] })
    expect(seen[1]).toBe(9)
    expect(users).toBe(0)
    expect(workers?.map(({ lost }) => lost)).toEqual([null, null])
  })

  it('make a run prove nothing when one is stopped on its machine, and the others end', async () => {
    const target = await serve()
    const first = await tests.start()
    await tests.start()
    let closing: Promise<void> | undefined
    const { outcome, reasons, total, workers } = await runWith(onTime(await tests.group()), target.url, {
      durationMs: 60_000,
      onState: () => {
        closing ??= first.close()
      },
    })
    await closing
    expect(outcome).toBe('saturated')
    // It waits for a moment so that its coordinator learns why.
    expect(reasons[0]).toMatch(
      /^worker \S+ was lost: (it has ended its part of this load: it was stopped on its machine|the worker does not answer.*); what it did since its last report is not counted$/,
    )
    expect(reasons[0]).toContain(first.place)
    expect(total.requests).toBeGreaterThan(0)
    expect(workers?.map(({ lost }) => lost === null)).toEqual([false, true])
  })

  it('make a run prove nothing when one no longer answers', async () => {
    const target = await serve()
    const [silent, other] = [await tests.start({ leaseMs: 3_000 }), await tests.start()]
    const carrier = carrierTo(silent)
    let isCut = false
    const cut = {
      ...carrier,
      send: (message: unknown, timeoutMs: number) => {
        if (isCut) return httpCarrier(silent.place, { host: '127.0.0.1', port: 1 }).send(message, timeoutMs)
        return carrier.send(message, timeoutMs)
      },
    }
    const group = onTime(await tests.group([cut, carrierTo(other)]))
    const { outcome, reasons, workers } = await runWith(group, target.url, {
      durationMs: 60_000,
      onState: () => {
        isCut = true
      },
    })
    expect(outcome).toBe('saturated')
    expect(reasons[0]).toContain(`worker ${silent.place} was lost: the worker does not answer: connect ECONNREFUSED`)
    expect(workers?.map(({ users }) => users)).toEqual([0, 0])
    // It has noticed, too: its part has ended.
    await waitUntil(async () => (tests.changes.includes('free') ? done(undefined) : notYet(tests.changes.join())), {
      what: 'the worker to be free',
      timeoutMs: 20_000,
      intervalMs: 50,
    })
    expect(tests.changes.some((text) => text.endsWith('is silent: its load ends here'))).toBe(true)
  })

  it('work for one load at a time, and are free when it is over', async () => {
    const target = await serve()
    await tests.start()
    const stopping = new AbortController()
    const first = onTime(await tests.group())
    let refused: unknown
    const second = onTime(await tests.group())
    let asking: Promise<unknown> | undefined
    await runWith(first, target.url, {
      durationMs: 60_000,
      signal: stopping.signal,
      onState: () => {
        asking ??= runWith(second, target.url).catch((error: unknown) => {
          refused = error
          stopping.abort(new Error('enough'))
        })
      },
    })
    await asking
    expect(refused).toMatchObject({
      code: 'FD_LOAD_WORKER_BUSY',
      message: expect.stringMatching(/^worker 127\.0\.0\.1:\d+: it works for another load, of .*process \d+$/),
    })
    await first.close()
    const { outcome } = await runWith(onTime(await tests.group()), target.url)
    expect(outcome).toBe('passed')
  })

  it('report what keeps a journey from being loaded, with their name', async () => {
    const target = await serve()
    const broken = Promise.reject(new Error('no such module'))
    broken.catch(() => undefined)
    const nothing = () => undefined
    const shard = { ready: broken, done: broken, start: nothing, stop: nothing, terminate: nothing }
    const { place } = await tests.start({ startShard: () => shard })
    await expect(runWith(await tests.group(), target.url)).rejects.toMatchObject({
      code: 'FD_LOAD_THREAD',
      message: `worker ${place}: no such module`,
    })
  })

  it('load no other machine unless they allow it themselves', async () => {
    await tests.start()
    const group = await tests.group()
    await expect(runWith(group, 'http://192.0.2.1', { network: { allowRemote: true } })).rejects.toMatchObject({
      code: 'FD_LOAD_REMOTE',
      message: expect.stringContaining('192.0.2.1 is 192.0.2.1, which is not this machine'),
    })
  })
})

describe('workers that cannot take part', () => {
  it('with another token are refused before anything is sent to them, and take nothing', async () => {
    const { place } = await tests.start()
    await expect(tests.group(undefined, `${TOKEN}-x`)).rejects.toMatchObject({
      code: 'FD_LOAD_WORKER_TOKEN',
      details: { where: place },
    })
    expect(tests.changes).toEqual([])
  })

  it('are all named at once', async () => {
    const target = await serve()
    const worker = await tests.start()
    const other = httpCarrier('somewhere:1', { host: '127.0.0.1', port: target.port })
    const nobody = httpCarrier('nowhere:2', { host: '127.0.0.1', port: 1 })
    await expect(tests.group([carrierTo(worker), other, nobody])).rejects.toMatchObject({
      code: 'FD_LOAD_WORKERS',
      errors: [
        { code: 'FD_LOAD_WORKER_ANSWER', details: { where: 'somewhere:1' } },
        { code: 'FD_LOAD_WORKER_UNREACHABLE', details: { where: 'nowhere:2' } },
      ],
    })
  })

  it('of another version are refused', async () => {
    const target = await serve((_, response) =>
      json(response, { session: 'x', version: '9.9.9', proof: { seq: 0, text: '', mac: '' } }),
    )
    const carrier = httpCarrier('old:1', { host: '127.0.0.1', port: target.port })
    await expect(tests.group([carrier])).rejects.toMatchObject({
      code: 'FD_LOAD_WORKER_VERSION',
      details: { given: '9.9.9' },
    })
  })
})
