import { expect, it } from 'vitest'
import { ticksOf } from './ticks.ts'

it.each([
  [[-1_000, 3_400], 6, ['-1 s', '0', '+1 s', '+2 s', '+3 s']],
  [[-100, 420], 6, ['-0.1 s', '0', '+0.1 s', '+0.2 s', '+0.3 s', '+0.4 s']],
  [[0, 600_000], 6, ['0', '+2 min', '+4 min', '+6 min', '+8 min', '+10 min']],
  [[115_000, 135_000], 5, ['+115 s', '+2:00', '+2:05', '+2:10', '+2:15']],
] as const)('marks of %j, at most about %d', ([from, to], most, texts) => {
  const originMs = 1_700_000_000_123
  const ticks = ticksOf({ fromMs: originMs + from, toMs: originMs + to }, originMs, most)
  expect(ticks.map(({ text }) => text)).toEqual(texts)
  expect(ticks.every(({ atMs }) => atMs >= originMs + from && atMs <= originMs + to)).toBe(true)
})
