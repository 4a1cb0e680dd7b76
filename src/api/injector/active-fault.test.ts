import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { landed, type RunningFault } from '../../faults/fault.ts'
import type { FaultView } from '../contract.ts'
import { ActiveFault } from './active-fault.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** How a fault ends whose undo fails. */
async function endOf(lasts: boolean | undefined) {
  const running: RunningFault = {
    injectedAtMs: Date.now(),
    landing: landed(''),
    ...(lasts === undefined ? {} : { lasts }),
    undo: () => Promise.reject(new Error('no answer')),
  }
  const view: FaultView = {
    ...{ id: 'a', fault: 'scale', service: 'web', replica: 'web-1', params: {}, seed: 1 },
    ...{ injectedAtMs: Date.now(), undoneByMs: Date.now() + 60_000, landing: running.landing },
  }
  const ending = new ActiveFault(view, running, () => undefined).end('')
  await vi.advanceTimersByTimeAsync(10_000)
  return ending
}

it('a fault that changes what lasts has failed to end when it cannot be undone', async () => {
  expect(await endOf(true)).toMatchObject({ changed: false, failed: true, detail: 'could not be undone: no answer' })
})

it('one that ends in any case has not', async () => {
  expect(await endOf(undefined)).not.toHaveProperty('failed')
})
