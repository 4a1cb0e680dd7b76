import { describe, expect, it } from 'vitest'
import { restart } from '../process/restart.ts'
import { injection } from '../test-victim.ts'
import { subjectOn, TestWorkload } from './test-workload.ts'

/** A replica whose restart has its pod evicted, as the runtime does it. */
function replicaOf(workload: TestWorkload, act = () => evictFirst(workload)) {
  return Object.assign(subjectOn(workload), { restart: act })
}

describe('restart of a pod', () => {
  it('lands when the pod with that UID ends, and leaves nothing to undo', async () => {
    const workload = new TestWorkload()
    const [pod] = workload.present
    const fault = await restart.start(replicaOf(workload), {}, injection)
    expect(fault.landing).toMatchObject({ landed: true, proof: `pod victim-a with UID ${pod?.uid} is ending` })
    expect(await fault.undo()).toMatchObject({ changed: false })
  })

  it('does not land when the same pod stays, or the restart fails', async () => {
    const stays = await restart.start(
      replicaOf(new TestWorkload(), async () => undefined),
      {},
      injection,
    )
    expect(stays.landing).toMatchObject({ landed: false, proof: 'pod victim-a is still there' })
    const fails = replicaOf(new TestWorkload(), async () => Promise.reject(new Error('a budget forbids it')))
    expect((await restart.start(fails, {}, injection)).landing).toMatchObject({
      landed: false,
      proof: 'a budget forbids it',
    })
  })

  it('does nothing where the loss is refused', async () => {
    const workload = new TestWorkload()
    workload.refusesLoss = new Error('it has a single replica')
    await expect(restart.start(replicaOf(workload), {}, injection)).rejects.toThrow('single replica')
  })
})

async function evictFirst(workload: TestWorkload): Promise<void> {
  const [pod] = workload.present
  if (pod !== undefined) await workload.evict(pod)
}
