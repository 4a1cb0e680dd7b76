import type { Static, TObject } from '#typebox'
import type { Prometheus } from '../../probes/prometheus.ts'
import type { Evidence } from '../evidence/evidence.ts'
import type { Refusal } from '../expectations/expectation.ts'
import type { PlanContext } from '../plan-context.ts'

/** What a step waits for, built from the `when` of a drill file. */
export interface Condition {
  readonly kind: string
  /** In a few words, after "when": `ServiceDown fires`. */
  readonly text: string
  /** Expressions that it asks Prometheus for. */
  readonly expressions?: readonly string[]
  /** One look at whether it is true now. Rejects only when the signal is aborted. */
  look(sources: ConditionSources, signal: AbortSignal): Promise<Look>
  /** Why it can never be true on such a system. */
  whyImpossible?(context: PlanContext): string | undefined
}

export interface Look {
  met: boolean
  /** What was seen, for people. */
  seen: string
}

export interface ConditionSources {
  prometheus: Prometheus
  /** Undefined while nothing is observed yet. */
  evidence(): Evidence | undefined
}

/** A kind of condition: its form in a drill file, and how an entry becomes a condition. */
export interface ConditionDefinition {
  /** The key that entries of this kind have, and no other kind has. */
  readonly kind: string
  readonly schema: TObject
  /** Why it is refused for a system without Firedrill's own responder. Default: it is not. */
  readonly refusedForeign?: Refusal
  build(entry: unknown): Condition
}

/** Types a kind of condition; its file, its test and one line in `conditions.ts` are all that adding one takes. */
export function defineCondition<S extends TObject>({
  build,
  ...definition
}: Omit<ConditionDefinition, 'build' | 'schema'> & {
  /** It has a `within`: how long the step waits at most. */
  schema: S
  /** What the entry says; it has passed the schema. */
  build(entry: Static<S>): Omit<Condition, 'kind'>
}): ConditionDefinition {
  const { kind } = definition
  return { ...definition, build: (entry) => ({ kind, ...build(entry as Static<S>) }) }
}

/** A look at what was observed so far. */
export function lookAtEvidence(judge: (evidence: Evidence) => Look): Condition['look'] {
  return async ({ evidence }) => {
    const now = evidence()
    return now === undefined ? { met: false, seen: 'nothing was observed yet' } : judge(now)
  }
}
