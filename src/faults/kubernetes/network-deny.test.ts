import { describe, expect, it } from 'vitest'
import { readParams } from '../params.ts'
import { injection } from '../test-victim.ts'
import { networkDeny } from './network-deny.ts'
import { subjectOn, TestWorkload } from './test-workload.ts'

const params = readParams(networkDeny, {}) as never

describe('network-deny', () => {
  it('has landed when the probe no longer connects, and is undone', async () => {
    const workload = new TestWorkload()
    workload.denial = { connects: false, text: 'pod p no longer connects to 10.0.0.1:80: no answer within 1 s' }
    const fault = await networkDeny.start(subjectOn(workload), params, injection)
    expect(fault.landing).toMatchObject({
      landed: true,
      proof: 'no connections to the pods; pod p no longer connects to 10.0.0.1:80: no answer within 1 s',
    })
    expect(await fault.renew?.()).toBe(true)
    expect(workload.isDenied).toBe(true)
    expect(await fault.undo()).toMatchObject({ changed: true })
    expect(workload.isDenied).toBe(false)
  })

  it('denies what the pods send where that is asked, and says so where it is not enforced', async () => {
    const workload = new TestWorkload()
    const outward = readParams(networkDeny, { direction: 'egress' }) as never
    const fault = await networkDeny.start(subjectOn(workload), outward, { ...injection, forMs: 300 })
    expect(workload.denials).toEqual([{ fault: 'network-deny', direction: 'egress', port: 0 }])
    expect(fault.landing.proof).toMatch(/^no, the cluster does not enforce NetworkPolicies on what pods send: pod p /)
  })

  it('refuses a port where the pods are those who connect', async () => {
    const workload = new TestWorkload()
    const both = readParams(networkDeny, { direction: 'egress', port: 80 }) as never
    await expect(networkDeny.start(subjectOn(workload), both, injection)).rejects.toMatchObject({
      code: 'FD_FAULT_PARAMS',
      details: { given: 'port 80' },
    })
    expect(workload.denials).toEqual([])
  })

  it('has not landed where the probe still connects: the cluster enforces nothing, and the policy goes at once', async () => {
    const workload = new TestWorkload()
    const fault = await networkDeny.start(subjectOn(workload), params, { ...injection, forMs: 300 })
    expect(fault.landing).toMatchObject({
      landed: false,
      proof: 'no, the cluster does not enforce NetworkPolicies: pod p still connects to 10.0.0.1:80',
    })
    expect(workload.isDenied).toBe(false)
    expect(fault.renew).toBeUndefined()
    expect(await fault.undo()).toEqual({ changed: false, detail: 'removed already' })
  })

  it('is held, so that its undo is tried again, where the policy cannot be removed', async () => {
    const workload = new TestWorkload()
    workload.refusesUndo = new Error('no answer')
    const fault = await networkDeny.start(subjectOn(workload), params, { ...injection, forMs: 300 })
    expect(fault.landing.landed).toBe(false)
    workload.refusesUndo = undefined
    expect(await fault.undo()).toMatchObject({ changed: true })
    expect(workload.isDenied).toBe(false)
  })
})
