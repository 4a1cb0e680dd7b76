import { type Expression, functionOf, parseExpression, readSelector } from '../../../../promql/expression.ts'

/** The selectors of expressions, each once, with the window over which it is read. */
export function selectorsIn(expressions: readonly string[]): SelectorUse[] {
  const found = new Map<string, SelectorUse>()
  for (const expression of expressions) collect(parseExpression(expression), {}, found)
  return [...found.values()]
}

/** A selector as an expression uses it. */
export interface SelectorUse {
  /** `http_requests_total{service="store"}` */
  text: string
  metric: string
  /** As PromQL writes it; absent where its last value is read. */
  window?: string
  /** It is read as a rate or as an increase: it counts events. */
  counts: boolean
}

interface Around {
  window?: string
  counts?: boolean
}

function collect(node: Expression, around: Around, found: Map<string, SelectorUse>): void {
  if (node.name === 'VectorSelector') {
    const metric = readSelector(node).metric ?? node.text
    const { window, counts = false } = around
    const use = { text: node.text, metric, counts, ...(window !== undefined && { window }) }
    found.set(`${node.text}[${window ?? ''}]`, use)
    return
  }
  const window = node.name === 'MatrixSelector' ? /\[([^\]:]+)\]$/.exec(node.text)?.[1] : around.window
  const counts = node.name === 'FunctionCall' ? /^(?:rate|irate|increase)$/.test(functionOf(node) ?? '') : around.counts
  const inside = { ...(window !== undefined && { window }), ...(counts !== undefined && { counts }) }
  for (const child of node.children) collect(child, inside, found)
}
