import { type Static, Type } from '#typebox'
import { At, closed, Ms, oneOfWords, orNull } from '../../../base/schema/terms.ts'

/** What a foreign system demands of a run, and what became of that, as a journal has it. */

/** What a system is to the people who have it. On production every safeguard is required. */
export const Environment = oneOfWords('lab', 'staging', 'production')

/** How a person has named the environment for a run: at a prompt, or with --environment. */
export const Confirmation = oneOfWords('terminal', 'flag')

export const JournalSafety = Type.Object(
  {
    environment: Environment,
    confirmed: orNull(Confirmation),
    abortWhen: Type.Array(Type.String(), {
      description: 'What would have ended the run; empty with `abortWhen: none`',
    }),
    onlyIf: Type.Array(Type.String(), { description: 'What had to be true before the run' }),
    maxDurationMs: orNull(Ms('The longest time that the run could do anything to the system')),
    maxReplicas: orNull(Type.Integer({ minimum: 1, description: 'Replicas that faults could hit at the same time' })),
    aborted: orNull(
      Type.Object(
        { atMs: At('When it was seen'), why: Type.String() },
        { ...closed, description: 'What ended the run before its end; null when nothing did' },
      ),
    ),
    refused: Type.Array(Type.String(), { description: 'Steps that would have done more than the system allows' }),
  },
  closed,
)

export type Environment = Static<typeof Environment>
export type Confirmation = Static<typeof Confirmation>
export type JournalSafety = Static<typeof JournalSafety>
