const OPERATORS = {
  '==': (left: number, right: number) => left === right,
  '!=': (left: number, right: number) => left !== right,
  '>=': (left: number, right: number) => left >= right,
  '<=': (left: number, right: number) => left <= right,
  '>': (left: number, right: number) => left > right,
  '<': (left: number, right: number) => left < right,
} as const

/** What a value is held against: "== 0", "> 5". */
export interface Comparison {
  operator: keyof typeof OPERATORS
  value: number
}

/** Reads "== 0" or ">5"; `undefined` when the text is not a comparison with a finite number. */
export function parseComparison(text: string): Comparison | undefined {
  const parts = /^\s*(==|!=|>=|<=|>|<)\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)\s*$/i.exec(text)
  if (parts === null) return undefined
  const value = Number(parts[2])
  return Number.isFinite(value) ? { operator: parts[1] as Comparison['operator'], value } : undefined
}

/** Whether the value passes. NaN is what PromQL answers when there is nothing to tell: it passes nothing, not even "!=". */
export function holds({ operator, value }: Comparison, actual: number): boolean {
  return !Number.isNaN(actual) && OPERATORS[operator](actual, value)
}

export function formatComparison({ operator, value }: Comparison): string {
  return `${operator} ${value}`
}
