import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../base/random.ts'
import { Histogram } from '../figures/histogram.ts'
import { judgeSaturation } from '../saturation/saturation.ts'
import type { EngineReport } from '../users/engine.ts'
import { Figures } from './figures.ts'
import { type WorkerFacts, WorkerTally, whyWorkersFailed } from './worker-tally.ts'

const facts: WorkerFacts = { name: 'w1', threads: 1, clock: { offsetMs: 5, errorMs: 1 }, startedLateMs: 0, lost: null }

function report(latenciesMs: readonly number[], generator: Partial<EngineReport['generator']> = {}): EngineReport {
  const latency = new Histogram()
  for (const ms of latenciesMs) latency.record(ms * 1_000)
  const requests = latenciesMs.length
  return {
    endpoints: [{ name: 'GET /', requests, failures: 0, bytes: 0, causes: {}, latency: latency.pack() }],
    checks: {},
    thrown: {},
    users: 10,
    connections: 10,
    unfinished: 0,
    generator: { lagP99Ms: 1, busyRatio: 0.2, coreWaitRatio: 0, lateness: new Histogram().pack(), ...generator },
  }
}

/** A worker that is as busy in each of these seconds. */
function workerOf(generator: Partial<EngineReport['generator']>, seconds = 6) {
  const tally = new WorkerTally()
  for (let second = 0; second < seconds; second += 1) tally.add(0, report([50], generator), { isCounted: true })
  return tally.figures(facts, judgeSaturation)
}

describe('the figures of workers', () => {
  it('together have the percentiles of all single samples, to within one bucket', () => {
    const random = seededRandom(3)
    const all: number[] = []
    const figures = new Figures(4)
    for (let worker = 0; worker < 4; worker += 1) {
      // Workers that see very different things: no average of their percentiles would come near.
      const samples = Array.from({ length: 5_000 }, () => 2 ** worker * 3 * Math.exp(random() * 3))
      all.push(...samples)
      const tally = new WorkerTally()
      tally.add(0, report(samples), { isCounted: true })
      expect(tally.figures(facts, judgeSaturation)).toMatchObject({ requests: 5_000, users: 10 })
      figures.add(worker, 0, JSON.parse(JSON.stringify(report(samples))) as EngineReport)
    }
    all.sort((a, b) => a - b)
    for (const [key, percent] of [
      ['p50', 50],
      ['p90', 90],
      ['p99', 99],
      ['p999', 99.9],
    ] as const) {
      const exact = all[Math.ceil((percent / 100) * all.length) - 1] ?? Number.NaN
      const merged = figures.total().latencyMs?.[key] ?? Number.NaN
      expect(Math.abs(merged - exact) / exact, key).toBeLessThanOrEqual(1 / 512)
    }
  })

  it('say that one of many did not keep up, which their sum would hide', () => {
    const busy = workerOf({ busyRatio: 0.99 })
    expect(busy.saturation.saturated).toBe(true)
    expect(whyWorkersFailed([workerOf({}), { ...busy, name: 'w2' }])).toEqual([
      'worker w2: the load generator was saturated: a thread was busy 99 % of the time (the limit is 95 %)',
    ])
  })

  it('say nothing of how busy a worker was in a few seconds', () => {
    expect(workerOf({ busyRatio: 0.99 }, 4).saturation.saturated).toBe(false)
  })

  it.each([
    ['was lost', { lost: 'no answer within 3000 ms' }, /^worker w1 was lost: no answer within 3000 ms; /],
    ['began late', { startedLateMs: 250 }, /^worker w1 began 250 ms after the others$/],
    [
      'has a clock that is hardly known',
      { clock: { offsetMs: 0, errorMs: 400 } },
      /^the clock of worker w1 is known only to 400 ms, and so is when it began$/,
    ],
  ])('say that a worker %s', (_, wrong, reason) => {
    const tally = new WorkerTally()
    tally.add(0, report([50]), { isCounted: true })
    const figures = tally.figures({ ...facts, ...wrong }, judgeSaturation)
    expect(whyWorkersFailed([figures])).toEqual([expect.stringMatching(reason)])
    expect(figures.users).toBe('lost' in wrong ? 0 : 10)
  })
})
