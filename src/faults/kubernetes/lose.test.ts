import { describe, expect, it } from 'vitest'
import { injection } from '../test-victim.ts'
import { lose } from './lose.ts'
import { subjectOn, TestWorkload } from './test-workload.ts'

describe('lose', () => {
  it('lands when the pod with that UID is gone, and sent to by no Service', async () => {
    const workload = new TestWorkload()
    const [pod] = workload.present
    const fault = await lose.start(subjectOn(workload), {}, injection)
    expect(fault.landing).toMatchObject({
      landed: true,
      proof: `pod victim-a with UID ${pod?.uid} is gone, and no longer an endpoint of victim`,
    })
    expect(await fault.undo()).toEqual({ changed: false, detail: 'pod victim-b is in its place' })
  })

  it('does not land where the replica has no pod', async () => {
    const workload = new TestWorkload()
    workload.present = []
    const fault = await lose.start(subjectOn(workload), {}, injection)
    expect(fault.landing).toMatchObject({ landed: false, proof: 'victim-1 has no pod at the moment' })
  })

  it('does nothing where the loss is refused', async () => {
    const workload = new TestWorkload()
    workload.refusesLoss = new Error('it has a single replica')
    await expect(lose.start(subjectOn(workload), {}, injection)).rejects.toThrow('single replica')
    expect(workload.present.map(({ name }) => name)).toEqual(['victim-a', 'victim-b'])
  })
})
