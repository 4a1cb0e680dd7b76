import { describe, expect, it } from 'vitest'
import { aboutStep } from './about-step.ts'

describe('a planned step', () => {
  it.each([
    [
      'has what a fault is given',
      { params: { to: 3, container: '' }, forMs: 90_000 },
      'With to 3, for 1 min 30 s at most. ',
    ],
    ['has the time of a fault that is given nothing', { params: {}, forMs: 5_000 }, 'For 5.00 s at most. '],
    ['has only the way back of an action', { params: {}, forMs: null }, ''],
  ])('%s', (_, step, text) => {
    expect(aboutStep({ ...step, undo: 'It is scaled back.' })).toBe(`${text}Undone: It is scaled back.`)
  })
})
