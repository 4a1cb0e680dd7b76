import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { stormDelivery } from '../../bench/storm-alerts.ts'
import { lostOf } from '../../bench/storm-log.ts'
import { StormedResponder } from '../../bench/stormed-responder.ts'
import { sleep } from '../../src/base/wait.ts'
import { root } from './firedrill.ts'

const KILLS = 6
const AT_ONCE = 16

let responder: StormedResponder
beforeAll(async () => {
  responder = await StormedResponder.create(join(root, 'bin', 'firedrill.js'))
})
afterAll(() => responder?.remove())

describe('a responder that is killed with -9 under a storm of deliveries', () => {
  it('has every alert in its log whose delivery it answered', async () => {
    const answered = new Set<number>()
    let next = 0
    for (let kill = 0; kill < KILLS; kill++) {
      await responder.start(AT_ONCE)
      const before = answered.size
      let more = true
      const work = async () => {
        while (more) {
          const numbers = Array.from({ length: 1 + Math.floor(Math.random() * 100) }, () => next++)
          if (await responder.deliver(stormDelivery(numbers))) for (const number of numbers) answered.add(number)
        }
      }
      const storm = Promise.all(Array.from({ length: AT_ONCE }, work))
      while (answered.size === before) await sleep(5)
      await sleep(Math.random() * 100)
      more = false
      await responder.kill()
      await storm
    }
    expect(answered.size).toBeGreaterThan(KILLS)
    expect(await lostOf(responder.log, answered)).toBe(0)
  })
})
