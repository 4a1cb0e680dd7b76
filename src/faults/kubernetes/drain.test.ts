import { describe, expect, it } from 'vitest'
import { injection } from '../test-victim.ts'
import { drain } from './drain.ts'
import { subjectOn, TestWorkload } from './test-workload.ts'

describe('drain', () => {
  it('lands when the pod is ending, while it still has its time of grace', async () => {
    const workload = new TestWorkload()
    const [pod] = workload.present
    const fault = await drain.start(subjectOn(workload), {}, injection)
    expect(fault.landing).toMatchObject({
      landed: true,
      proof: `pod victim-a with UID ${pod?.uid} is ending, and no longer an endpoint of victim`,
    })
    expect(workload.present.map(({ name }) => name)).toEqual(['victim-a', 'victim-b'])
  })

  it('rejects, and does nothing, where a PodDisruptionBudget forbids it', async () => {
    const workload = new TestWorkload()
    workload.evict = async () => {
      throw new Error('a PodDisruptionBudget forbids it')
    }
    await expect(drain.start(subjectOn(workload), {}, injection)).rejects.toThrow('PodDisruptionBudget')
    expect(workload.present.every(({ isEnding }) => !isEnding)).toBe(true)
  })
})
