import { holds } from '../../../probes/comparison.ts'
import type { Prometheus } from '../../../probes/prometheus.ts'
import type { ConditionView, JudgedView } from '../../contract.ts'
import { SharedAnswers } from './shared-answers.ts'

/** The values that alert rules are judged by, read by control for all pages together. */

/** A few dozen small queries: often enough for a list. */
const FRESH_MS = 5_000
const PROBE = { timeoutMs: 3_000 }
/** Queries under way at a time. */
const AT_ONCE = 4
/** Expressions whose conditions are kept: as many as a large set of rules has. */
const MOST_EXPRESSIONS = 2_000

export class RuleValues {
  readonly #prometheus: () => Prometheus
  readonly #values = new SharedAnswers<ReadonlyMap<string, readonly number[]>>(FRESH_MS)
  readonly #conditions = new Map<string, readonly ConditionView[]>()

  constructor(prometheus: () => Prometheus) {
    this.#prometheus = prometheus
  }

  /** The comparisons that the expression of a rule is decided by, the main one first. */
  async conditionsOf(expr: string): Promise<readonly ConditionView[]> {
    const known = this.#conditions.get(expr)
    if (known !== undefined) return known
    // The parser is loaded when a page wants it.
    const { conditionsOf } = await import('../../../promql/conditions.ts')
    if (this.#conditions.size >= MOST_EXPRESSIONS) this.#conditions.clear()
    const conditions = conditionsOf(expr)
    this.#conditions.set(expr, conditions)
    return conditions
  }

  /** The main condition of each of these expressions with its value of the moment. */
  async mainOf(exprs: readonly string[]): Promise<Map<string, JudgedView>> {
    const mains = new Map<string, ConditionView>()
    for (const expr of exprs) {
      const [main] = await this.conditionsOf(expr)
      if (main !== undefined) mains.set(expr, main)
    }
    const wanted = [...new Set([...mains.values()].map(({ expr }) => expr))]
    const values = await this.#values.of('all', () => this.#read(wanted))
    return new Map([...mains].map(([expr, main]) => [expr, judged(main, values.get(main.expr) ?? [])]))
  }

  /** An expression that Prometheus does not answer has no value: its rule says why. */
  async #read(exprs: readonly string[]): Promise<ReadonlyMap<string, readonly number[]>> {
    const values = new Map<string, readonly number[]>()
    const left = [...exprs]
    const prometheus = this.#prometheus()
    const work = async () => {
      for (let expr = left.pop(); expr !== undefined; expr = left.pop()) {
        const samples = await prometheus.query(expr, PROBE).catch(() => [])
        values.set(
          expr,
          samples.map(({ value }) => value),
        )
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work))
    return values
  }
}

/** A condition with the value that decides it: of several, the nearest to the bound or the furthest beyond it. */
export function judged(condition: ConditionView, values: readonly number[]): JudgedView {
  const { operator, bound } = condition
  const [value] = values.filter(Number.isFinite).sort((a, b) => strengthOf(condition, b) - strengthOf(condition, a))
  return { ...condition, value: value ?? null, holds: value !== undefined && holds({ operator, value: bound }, value) }
}

/** The higher, the nearer a value is to fulfil the condition, or the further beyond its bound. */
export function strengthOf({ operator, bound }: ConditionView, value: number): number {
  if (operator === '>' || operator === '>=') return value
  if (operator === '<' || operator === '<=') return -value
  return operator === '==' ? -Math.abs(value - bound) : Math.abs(value - bound)
}
