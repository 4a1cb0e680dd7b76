import type { Evidence } from '../evidence/evidence.ts'
import type { Condition, ConditionSources, Look } from './condition.ts'

/** One look of a condition at that evidence, or, without any, before anything was observed. */
export function lookAt(condition: Condition, evidence?: Evidence): Promise<Look> {
  return condition.look(sourcesOf(evidence), new AbortController().signal)
}

function sourcesOf(evidence: Evidence | undefined): ConditionSources {
  const unasked = () => Promise.reject(new Error('this condition does not ask Prometheus'))
  return { prometheus: { query: unasked } as unknown as ConditionSources['prometheus'], evidence: () => evidence }
}
