import { expect, it } from 'vitest'
import { seededRandom } from '../../base/random.ts'
import { WorkerClock } from './worker-clock.ts'

/** An exchange with a worker whose clock is `aheadMs` ahead: there, a while at the worker, and back. */
function exchange(aheadMs: number, [thereMs, atWorkerMs, backMs]: [number, number, number]) {
  const sentAtMs = 1_000
  const receivedAtMs = sentAtMs + thereMs + aheadMs
  const answeredAtMs = receivedAtMs + atWorkerMs
  return { sentAtMs, receivedAtMs, answeredAtMs, returnedAtMs: answeredAtMs - aheadMs + backMs }
}

it('the clock of a worker is known exactly where both ways take the same time', () => {
  const clock = new WorkerClock()
  clock.add(exchange(-3_600_000, [4, 1_000, 4]))
  expect(clock.reading).toEqual({ offsetMs: -3_600_000, errorMs: 4 })
})

it('the clock of a worker is never off by more than it says, and the quickest exchange counts', () => {
  const random = seededRandom(7)
  for (let round = 0; round < 200; round += 1) {
    const clock = new WorkerClock()
    const aheadMs = (random() - 0.5) * 1e6
    const ways = Array.from({ length: 8 }, () => [random() * 50, random() * 50] as const)
    for (const [there, back] of ways) clock.add(exchange(aheadMs, [there, random() * 100, back]))
    const { offsetMs, errorMs } = clock.reading ?? { offsetMs: Number.NaN, errorMs: Number.NaN }
    expect(Math.abs(offsetMs - aheadMs)).toBeLessThanOrEqual(errorMs + 1e-6)
    expect(errorMs).toBeCloseTo(Math.min(...ways.map(([there, back]) => (there + back) / 2)), 6)
  }
})

it('the clock of a worker is unknown before the first exchange', () => {
  expect(new WorkerClock().reading).toBeUndefined()
})
