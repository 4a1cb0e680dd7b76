import { expect, it, vi } from 'vitest'
import type { LiftView } from '../contract.ts'
import { HaltSweep } from './halt-sweep.ts'

const one = { id: 'a', fault: 'pause', service: 'store', replica: 'store-1' } as LiftView

/** A sweep that finds one fault, once, and ends when it is let. */
function sweepOfOne() {
  let end: (lifted: LiftView[]) => void = () => undefined
  const first = new Promise<LiftView[]>((resolve) => {
    end = resolve
  })
  const sweep = vi.fn(() => Promise.resolve<LiftView[]>([])).mockReturnValueOnce(first)
  return { sweep, end: () => end([one]), undoing: new HaltSweep(sweep) }
}

it('answers with the sweep that is under way, and begins no second one', async () => {
  const { sweep, end, undoing } = sweepOfOne()
  undoing.begin()
  const answer = undoing.answer()
  end()
  expect(await answer).toEqual([one])
  expect(sweep).toHaveBeenCalledTimes(1)
})

it('answers with what was lifted before anybody asked, and only once', async () => {
  const { end, undoing } = sweepOfOne()
  undoing.begin()
  end()
  await Promise.resolve()
  expect(await undoing.answer()).toEqual([one])
  expect(await undoing.answer()).toEqual([])
})

it('does not sweep again when the file is seen that was asked for, until it is released', async () => {
  const { sweep, end, undoing } = sweepOfOne()
  end()
  expect(await undoing.answer()).toEqual([one])
  undoing.begin()
  expect(sweep).toHaveBeenCalledTimes(1)
  undoing.forget()
  undoing.begin()
  expect(sweep).toHaveBeenCalledTimes(2)
})
