import type { Tone } from '../../ui/badge.tsx'
import type { Expectation, Story } from './story.ts'

/** What is known of an expectation at the moment that is shown. */
export function expectationState(
  { met, tried, atMs, withinMs }: Expectation,
  { isUnderWay, untilMs, zeroMs }: Pick<Story, 'isUnderWay' | 'untilMs' | 'zeroMs'>,
): ExpectationState {
  if (!isUnderWay) return tried ? (met ? 'met' : 'missed') : 'not tried'
  // What holds trivially may cease to: it is judged at the end.
  if (met && atMs !== null) return 'met'
  return withinMs !== null && zeroMs !== null && untilMs > zeroMs + withinMs ? 'overdue' : 'waiting'
}

export type ExpectationState = 'met' | 'missed' | 'not tried' | 'waiting' | 'overdue'

export const stateWords: Readonly<Record<ExpectationState, { text: string; tone: Tone }>> = {
  met: { text: 'met', tone: 'good' },
  missed: { text: 'not met', tone: 'bad' },
  'not tried': { text: 'not tried', tone: 'none' },
  waiting: { text: 'not yet', tone: 'none' },
  overdue: { text: 'overdue', tone: 'bad' },
}
