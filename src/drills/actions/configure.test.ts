import { describe, expect, it } from 'vitest'
import { configure } from './configure.ts'
import { TestSystem } from './test-system.ts'

const action = configure.build({ target: 'store', settings: { MAX_REQUESTS: 3, LOG: true } })
const DEFAULTS = 'configure store {"MAX_REQUESTS":null,"LOG":null}'
const LEASE = 'lease store {"settings":{"MAX_REQUESTS":null,"LOG":null}}'

describe('configure', () => {
  it('leases the change and keeps the way back before it changes anything', async () => {
    const system = new TestSystem()
    const { detail } = await system.carryOut(action)
    expect(system.calls).toEqual([LEASE, 'keep', 'configure store {"MAX_REQUESTS":"3","LOG":"true"}'])
    expect(detail).toBe('store runs with MAX_REQUESTS=3 LOG=true')
    expect(action.text).toBe('configure store MAX_REQUESTS=3 LOG=true')
  })

  it('puts the defaults back, and settles the lease', async () => {
    const system = new TestSystem()
    const { putBacks } = await system.carryOut(action)
    expect(await putBacks[0]?.()).toBe('store has its own MAX_REQUESTS, LOG again')
    expect(system.calls.slice(3)).toEqual([DEFAULTS, 'settle'])
  })

  it('leaves it to the system when the defaults cannot be put back', async () => {
    const system = new TestSystem({ failing: { [DEFAULTS]: ['FD_CONTROL_GONE'] } })
    const { putBacks } = await system.carryOut(action)
    await expect(putBacks[0]?.()).rejects.toThrow(`${DEFAULTS} failed`)
    expect(system.calls.slice(3)).toEqual([DEFAULTS, 'drop'])
  })
})
