import { describe, expect, it } from 'vitest'
import { restart } from './restart.ts'
import { TestSystem } from './test-system.ts'

describe('restart', () => {
  it.each([
    ['a service', { target: 'store' }, 'store'],
    ['one replica', { target: 'store', replica: 'store-2' }, 'store-2'],
  ])('restarts %s, and has nothing to put back', async (_, step, name) => {
    const system = new TestSystem()
    const action = restart.build(step)
    expect(await system.carryOut(action)).toEqual({ detail: `${name} is up again`, putBacks: [] })
    expect([action.text, ...system.calls]).toEqual([`restart ${name}`, `restart ${name}`])
  })

  it('tries again while somebody else starts the replica, and only then', async () => {
    const busy = new TestSystem({ failing: { 'restart store': ['FD_RUNTIME_CONFLICT', 'FD_RUNTIME_CONFLICT'] } })
    await busy.carryOut(restart.build({ target: 'store' }))
    expect(busy.calls).toHaveLength(3)
    const broken = new TestSystem({ failing: { 'restart store': ['FD_RUNTIME_HEALTH'] } })
    await expect(broken.carryOut(restart.build({ target: 'store' }))).rejects.toMatchObject({
      code: 'FD_RUNTIME_HEALTH',
    })
    expect(broken.calls).toHaveLength(1)
  })
})
