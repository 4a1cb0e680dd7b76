import pino from 'pino'
import { describe, expect, it } from 'vitest'
import { Reachability } from './reachability.ts'

function watch() {
  const logged: unknown[] = []
  const logger = pino({ base: null, timestamp: false }, { write: (line) => void logged.push(JSON.parse(line)) })
  let backs = 0
  const reachability = new Reachability(logger, { lost: 'it is away', back: 'it is back' }, () => backs++)
  return { reachability, logged, backs: () => backs }
}

describe('Reachability', () => {
  it('logs an outage once, with the reason of its first failure, and its end once', () => {
    const { reachability, logged, backs } = watch()
    reachability.answered()
    for (const reason of ['refused', 'timed out']) reachability.failed(new Error(reason))
    expect(reachability.isLost).toBe(true)
    for (let times = 0; times < 2; times++) reachability.answered()
    expect(reachability.isLost).toBe(false)
    expect(logged).toEqual([
      { level: 40, reason: 'refused', msg: 'it is away' },
      { level: 30, msg: 'it is back' },
    ])
    expect(backs()).toBe(1)
  })
})
