import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TestService } from '../inside/test-service.ts'
import { readParams } from '../params.ts'
import { injection } from '../test-victim.ts'
import { descriptors } from './descriptors.ts'

let service: TestService
beforeAll(async () => {
  service = await TestService.start()
})
afterAll(() => service.remove())

describe.runIf(process.platform === 'linux')('descriptors', () => {
  it('takes all but some of the descriptors of the process, where the limit lets it, and gives them back', async () => {
    const limit = Number(/^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1])
    const open = () => readdirSync('/proc/self/fd').length
    const before = open()
    // This process is the test's too, and must go on.
    const fault = await descriptors.start(service, readParams(descriptors, { leave: 500 }) as never, injection)
    const taken = open() - before
    expect(fault.landing.landed).toBe(limit <= 200_000)
    expect(taken).toBeGreaterThan(Math.min(limit, 200_000) - 500 - before - 100)
    await fault.undo()
    expect(open()).toBeLessThan(before + 50)
  })
})
