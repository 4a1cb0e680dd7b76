import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readParams } from '../params.ts'
import { injection } from '../test-victim.ts'
import { eventLoopBlock } from './event-loop-block.ts'
import { TestService } from './test-service.ts'

let service: TestService
beforeAll(async () => {
  service = await TestService.start()
})
afterAll(() => service.remove())

const start = (params: object) =>
  eventLoopBlock.start(service, readParams(eventLoopBlock, { ...params }) as never, injection)

/** The longest time between two turns of the event loop, of 600 ms. */
async function longestGapMs(): Promise<number> {
  const endMs = performance.now() + 600
  let longest = 0
  for (let last = performance.now(); last < endMs; ) {
    await new Promise((resolve) => setImmediate(resolve))
    const now = performance.now()
    longest = Math.max(longest, now - last)
    last = now
  }
  return longest
}

describe('event-loop-block', () => {
  it('blocks the event loop for as long as asked, again and again, until it ends', async () => {
    const fault = await start({ block: '150ms', every: '250ms' })
    expect(fault.landing).toMatchObject({ landed: true })
    expect(await longestGapMs()).toBeGreaterThanOrEqual(149)
    expect(await fault.undo()).toMatchObject({ changed: true })
    // A busy machine has gaps of its own now and then: a block would be in every window.
    await expect.poll(longestGapMs, { timeout: 20_000 }).toBeLessThan(140)
  })

  it('refuses blocks that would never end', async () => {
    await expect(start({ block: '500ms', every: '500ms' })).rejects.toMatchObject({ code: 'FD_FAULT_PARAMS' })
  })
})
