import { type Static, Type } from '#typebox'
import { At, closed, Ms, orNull } from '../../../base/schema/terms.ts'
import { Span } from './floor.ts'

/** An expectation in a journal, with what it was judged by. */

/** One thing that an expectation was judged by. */
export const JudgedSample = Type.Object(
  {
    atMs: orNull(At('When; null for what has no moment of its own')),
    source: Type.String({ description: 'Where it was read: a series with its labels, Alertmanager, a probe' }),
    value: Type.Union([Type.Number(), Type.String()], { description: 'A number, or a state in words: firing, good' }),
    passes: Type.Boolean(),
  },
  closed,
)

/** What became of one expectation of the drill. */
export const ExpectationResult = Type.Object(
  {
    kind: Type.String({
      pattern: '^[a-zA-Z]+$',
      description: 'Name of the expectation, as in the drill file: metric, alert, action, steady, budget, noOtherAlert',
    }),
    text: Type.String({ description: 'In a few words' }),
    met: Type.Boolean(),
    tried: Type.Boolean({
      description: 'Whether the run came far enough to judge it; if not, it is neither met nor missed',
    }),
    atMs: orNull(At('When what is expected happened, also too late; null when it did not, or has no moment')),
    sinceInjectedMs: orNull(Ms('The same since the injection')),
    withinMs: orNull(Ms('Its bound')),
    lateMs: Type.Optional(
      Ms(
        'How late the machine was between the injection and atMs, or the end of the run; only of a bound that was not kept',
      ),
    ),
    observed: Type.String({ description: 'What was seen, for people' }),
    floor: orNull(Span),
    samples: Type.Array(JudgedSample, { description: 'What it was judged by, in order' }),
  },
  closed,
)

export type JudgedSample = Static<typeof JudgedSample>
export type ExpectationResult = Static<typeof ExpectationResult>
