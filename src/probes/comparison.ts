/** Comparisons in drill files and policies: read from text, applied to values. */

const OPERATORS = {
  '==': (left: number, right: number) => left === right,
  '!=': (left: number, right: number) => left !== right,
  '>=': (left: number, right: number) => left >= right,
  '<=': (left: number, right: number) => left <= right,
  '>': (left: number, right: number) => left > right,
  '<': (left: number, right: number) => left < right,
} as const

/** What a value is held against: "== 0", "> 5", or "0.1..0.3", which includes both ends. */
export type Comparison =
  | { operator: keyof typeof OPERATORS; value: number }
  | { operator: '..'; min: number; max: number }

const NUMBER = String.raw`([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)`
const COMPARED = new RegExp(String.raw`^\s*(==|!=|>=|<=|>|<)\s*${NUMBER}\s*$`, 'i')
const RANGE = new RegExp(String.raw`^\s*${NUMBER}\s*\.\.\s*${NUMBER}\s*$`, 'i')

/** What people may write, for messages. */
export const COMPARISON_EXPECTED =
  'a comparison: "== 0", "> 5", "0.1..0.3"; ==, !=, <, <=, > or >= and a number, or a range'

/** Reads "== 0", ">5" or "0.1..0.3"; `undefined` when the text is neither a comparison with a finite number nor a range. */
export function parseComparison(text: string): Comparison | undefined {
  const range = RANGE.exec(text)
  if (range !== null) {
    const [min, max] = [Number(range[1]), Number(range[2])]
    return Number.isFinite(min) && Number.isFinite(max) && min <= max ? { operator: '..', min, max } : undefined
  }
  const parts = COMPARED.exec(text)
  if (parts === null) return undefined
  const value = Number(parts[2])
  return Number.isFinite(value) ? { operator: parts[1] as keyof typeof OPERATORS, value } : undefined
}

/** Whether the value passes. NaN, which PromQL returns where there is no value, passes nothing, not even "!=". */
export function holds(comparison: Comparison, actual: number): boolean {
  if (Number.isNaN(actual)) return false
  if (comparison.operator === '..') return comparison.min <= actual && actual <= comparison.max
  return OPERATORS[comparison.operator](actual, comparison.value)
}

export function formatComparison(comparison: Comparison): string {
  if (comparison.operator === '..') return `in ${comparison.min}..${comparison.max}`
  return `${comparison.operator} ${comparison.value}`
}
