import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readParams } from '../params.ts'
import { injection } from '../test-victim.ts'
import { ITEM, TestService } from './test-service.ts'
import { wrongContent } from './wrong-content.ts'

let service: TestService
beforeAll(async () => {
  service = await TestService.start()
})
afterAll(() => service.remove())

const start = (how: string) => wrongContent.start(service, readParams(wrongContent, { how }) as never, injection)

describe('wrong-content', () => {
  it.each(['/items/a', '/raw'])('answers %s with a good status and something else of the same length', async (path) => {
    const good = await service.get(path)
    const fault = await start('other')
    expect(fault.landing.landed).toBe(true)
    const bad = await service.get(path)
    await fault.undo()
    expect(bad.status).toBe(200)
    expect(bad.body).toHaveLength(good.body.length)
    expect(() => JSON.parse(bad.body)).toThrow()
    expect((await service.get(path)).body).toBe(good.body)
  })

  it('cuts the body short', async () => {
    const fault = await start('cut')
    expect(fault.landing).toMatchObject({ landed: true, proof: expect.stringContaining('cut short') })
    expect((await service.get('/items/a')).status).toBe(0)
    await fault.undo()
    expect(JSON.parse((await service.get('/items/a')).body)).toEqual(ITEM)
  })
})
