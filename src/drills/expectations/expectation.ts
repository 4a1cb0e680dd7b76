import type { Static, TObject } from '#typebox'
import type { RunClocks } from '../clocks/floor.ts'
import type { Evidence } from '../evidence/evidence.ts'
import type { Expected } from '../evidence/expected.ts'
import { readDuration } from '../fields.ts'
import type { JudgedSample } from '../journal/schema/expectation-result.ts'
import type { Span } from '../journal/schema/floor.ts'
import type { PlanContext } from '../plan-context.ts'

/** What must happen in a run, built from one entry of a drill file. All its functions are pure. */
export interface Expectation extends Expected {
  /** What was observed by `evidence.nowMs`. */
  see(evidence: Evidence): Observed
  /** What it is judged by, as far as it is known. */
  samples(evidence: Evidence): JudgedSample[]
  /** The shortest time that the monitoring's clocks allow. Default: none, the system alone decides. */
  floor?(clocks: RunClocks): Span
  /** Why it can never be met on such a system. */
  whyImpossible?(context: PlanContext): string | undefined
}

export interface Observed {
  /** When it happened, in epoch milliseconds; null when it did not, or has no moment. */
  atMs: number | null
  /** What was observed, for people. */
  text: string
  /** It is met although there is no moment at which it happened. */
  met?: boolean
  /** It could not be judged: the run proves nothing about it. */
  unjudged?: true
}

/** A kind of expectation: its form in a drill file, and how an entry becomes an expectation. */
export interface ExpectationDefinition {
  /** The key that entries of this kind have, and no other kind has. */
  readonly kind: string
  readonly schema: TObject
  /** The entry that is added to a drill file without one of this kind. Default: nothing is added. */
  readonly implied?: object
  /** Why it is refused for a system without Firedrill's own responder and objectives. Default: it is not. */
  readonly refusedForeign?: Refusal
  build(entry: unknown): Expectation
}

export interface Refusal {
  message: string
  /** What to write instead. */
  expected: string
}

/** Types a kind of expectation; its file, its test and one line in `expectations.ts` are all that adding one takes. */
export function defineExpectation<S extends TObject>({
  build,
  ...definition
}: Omit<ExpectationDefinition, 'build' | 'schema' | 'implied'> & {
  schema: S
  implied?: Static<S>
  /** What the entry says; it has passed the schema. Its `within` is read here. */
  build(entry: Static<S>): Omit<Expectation, 'kind' | 'withinMs'>
}): ExpectationDefinition {
  const { kind } = definition
  return {
    ...(definition as Omit<typeof definition, 'implied'> & { implied?: object }),
    build: (entry) => ({ kind, withinMs: readWithin(entry), ...build(entry as Static<S>) }),
  }
}

/** The bound of an entry in milliseconds; null for a kind that has none. */
function readWithin(entry: unknown): number | null {
  const { within } = entry as { within?: string }
  return within === undefined ? null : readDuration(within)
}
