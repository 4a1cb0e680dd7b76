import { describe, expect, it } from 'vitest'
import { QueueLimit } from './queue-limit.ts'

function limitAfter(services: readonly number[]): QueueLimit {
  const limit = new QueueLimit({ servers: 10, maxWaiting: 1_000, maxWaitMs: 500 })
  for (const ms of services) limit.served(ms)
  return limit
}

describe('QueueLimit', () => {
  it.each<[string, number[], number, boolean]>([
    ['anybody before the first was served', [], 999, true],
    ['nobody beyond the longest queue', [], 1_000, false],
    ['a long queue where service is quick', Array(100).fill(2), 900, true],
    ['a short queue where service is slow', Array(300).fill(2_000), 2, true],
    ['nobody who would wait too long', Array(300).fill(2_000), 3, false],
    ['who finds nobody waiting, however slow service is', Array(100).fill(60_000), 0, true],
    [
      'a queue although one statement on each connection took long',
      [...Array(100).fill(2), ...Array(10).fill(500)],
      50,
      true,
    ],
    ['a queue again soon after service is quick again', [...Array(100).fill(2_000), ...Array(250).fill(1)], 300, true],
  ])('admits %s', (_, services, waiting, admitted) => expect(limitAfter(services).admits(waiting)).toBe(admitted))
})
