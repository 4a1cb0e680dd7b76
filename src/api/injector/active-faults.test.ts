import { availableParallelism } from 'node:os'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Type } from '#typebox'
import { sleep } from '../../base/wait.ts'
import { defineFault, type FaultDefinition, landed } from '../../faults/fault.ts'
import { MOST_FAULTS } from '../../faults/machine/reserve.ts'
import { FakeRuntime } from '../../runtimes/fake/runtime.ts'
import { profiles } from '../../stack/profile.ts'
import { describeStack } from '../../stack/topology.ts'
import { ActiveFaults } from './active-faults.ts'

const params = Type.Object({
  threads: Type.Optional(Type.Integer()),
  fails: Type.Optional(Type.Boolean()),
  /** It takes a minute to begin. */
  isSlow: Type.Optional(Type.Boolean()),
  /** It cannot be undone while this is in the set of names that are stuck. */
  name: Type.Optional(Type.String()),
})

/** Does nothing, and claims to keep that many threads busy. */
const busy = defineFault({
  name: 'busy',
  summary: '',
  params,
  needs: [],
  threads: ({ threads = 0 }) => threads,
  async start(_subject, { fails, isSlow, name = '' }, { signal }) {
    if (isSlow === true) await sleep(60_000, signal)
    if (fails === true) throw new Error('it cannot be injected')
    const undo = async () => {
      if (stuck.has(name)) throw new Error(`${name} does not answer`)
      undone.push(name)
      return { changed: true, detail: '' }
    }
    return { injectedAtMs: Date.now(), landing: landed(''), undo }
  },
})

const stuck = new Set<string>()
const undone: string[] = []

let runtime: FakeRuntime
let faults: ActiveFaults
beforeEach(async () => {
  stuck.clear()
  undone.length = 0
  runtime = new FakeRuntime(describeStack(profiles.lab))
  await runtime.up()
  faults = new ActiveFaults({ runtime, tokenOf: () => '', find: () => busy as unknown as FaultDefinition })
})
afterEach(async () => {
  await faults.close()
  await runtime.down()
})

const inject = (given: object = {}) =>
  faults.inject({ fault: 'busy', service: 'store', params: given as Record<string, unknown>, forMs: 60_000 })

describe('all faults together', () => {
  it('are limited in number, whether they are active or only begin', async () => {
    const [first] = await Promise.all(Array.from({ length: MOST_FAULTS }, () => inject()))
    await expect(inject()).rejects.toMatchObject({ code: 'FD_FAULT_REFUSED' })
    await faults.lift(first?.id ?? '')
    await inject()
    await expect(inject()).rejects.toMatchObject({ code: 'FD_FAULT_REFUSED' })
  })

  it('keep no more threads busy than the machine may have', async () => {
    const most = Math.max(64, 8 * availableParallelism())
    const one = await inject({ threads: most - 10 })
    await expect(inject({ threads: 11 })).rejects.toMatchObject({
      code: 'FD_FAULT_REFUSED',
      details: { expected: `at most ${most} on this machine, in all faults together` },
    })
    await inject({ threads: 10 })
    await faults.lift(one.id)
    await inject({ threads: most - 10 })
  })

  it('list how the last ones ended, the latest first, and at most twenty of them', async () => {
    const ids: string[] = []
    for (let n = 0; n < 21; n++) {
      const { id } = await inject()
      await faults.lift(id)
      ids.unshift(id)
    }
    expect(faults.ended().map(({ id }) => id)).toEqual(ids.slice(0, 20))
    expect(faults.ended()[0]).toMatchObject({ changed: true })
    expect(faults.list()).toEqual([])
  })

  it('are ended while they only begin, when all are lifted and when the stack goes down', async () => {
    for (const end of [() => faults.liftAll(), () => faults.close()]) {
      const [begun] = await Promise.allSettled([inject({ isSlow: true }), end()])
      expect(begun).toMatchObject({ status: 'rejected', reason: { code: 'FD_FAULT_REFUSED' } })
    }
    expect(faults.list()).toEqual([])
  })

  it('do not count one that could not be injected', async () => {
    for (let n = 0; n <= MOST_FAULTS; n++) await expect(inject({ fails: true })).rejects.toThrow('it cannot')
    await inject()
  })
})

describe('a fault that cannot be undone', () => {
  it('is kept with the reason, and undone by a later attempt; the others are not held up', async () => {
    stuck.add('one')
    const { id } = await inject({ name: 'one' })
    await inject({ name: 'two' })
    const lifted = await faults.liftAll()
    expect(lifted.map(({ changed, detail }) => [changed, detail])).toEqual([
      [true, ''],
      [false, 'could not be undone: one does not answer'],
    ])
    expect(faults.list()).toEqual([])
    await faults.undoLeft()
    expect(faults.left()).toMatchObject([{ view: { id }, why: 'one does not answer' }])
    stuck.clear()
    await faults.undoLeft()
    expect(faults.left()).toEqual([])
    expect(undone).toEqual(['two', 'one'])
    expect(await faults.lift(id)).toMatchObject({ changed: true, detail: 'at a later attempt: ' })
  })
})
