import type { Static } from '#typebox'
import { oneOfWords } from '../../../base/schema/terms.ts'

/** What a run says of the system; `errored` and `aborted` say nothing of it. */
export const Verdict = oneOfWords('held', 'deviated', 'inconclusive', 'aborted', 'errored')

/** Who made the steady state come back. */
export const RepairedBy = oneOfWords('responder', 'restart-policy', 'fault lifted', 'drill', 'operator', 'nobody')

export type Verdict = Static<typeof Verdict>
export type RepairedBy = Static<typeof RepairedBy>
