import { didYouMean } from '../base/text/near-name.ts'
import { type Complain, type TypeOf, typeInWords } from './complain.ts'
import { aggregationOf, argumentsOf, childOf, type Expression } from './expression.ts'
import { aggregations, functions, knownNames, type ValueType } from './functions.ts'
import { PROMQL_VERSION } from './version.ts'

/** A function or an aggregation: known, with as many arguments as it takes, each of the type that it takes. */
export function checkCall(node: Expression, typeOf: TypeOf, complain: Complain): ValueType {
  const aggregation = aggregationOf(node)
  const at = childOf(node, aggregation === undefined ? 'FunctionIdentifier' : 'AggregateOp') ?? node
  const given = argumentsOf(node)
  const takenByAggregation = aggregation === undefined ? undefined : aggregations[aggregation]
  const called = takenByAggregation
    ? { takes: [...takenByAggregation, 'vector' as const], gives: 'vector' as const, optional: 0, repeats: 1 }
    : aggregation === undefined && Object.hasOwn(functions, at.text)
      ? functions[at.text]
      : undefined
  if (called === undefined) {
    complain(at, `Prometheus ${PROMQL_VERSION} has no function ${at.text}`, didYouMean(at.text, knownNames))
    for (const part of given) typeOf(part)
    return 'vector'
  }
  const { takes, gives, optional, repeats } = called
  const least = takes.length - optional
  const most = repeats === 1 ? takes.length : Number.POSITIVE_INFINITY
  if (given.length < least || given.length > most) {
    complain(node, `${at.text} takes ${count(least, most)}, and has ${given.length}`)
  }
  for (const [index, part] of given.entries()) {
    const type = typeOf(part)
    const taken = takes[Math.min(index, takes.length - 1)]
    if (type === undefined || taken === undefined || type === taken || index >= most) continue
    complain(part, `${at.text} takes ${typeInWords[taken]} here, and this is ${typeInWords[type]}`, remedy(taken, type))
  }
  return gives
}

function count(least: number, most: number): string {
  if (most === least) return least === 1 ? '1 argument' : `${least} arguments`
  return most === Number.POSITIVE_INFINITY ? `${least} arguments or more` : `${least} or ${most} arguments`
}

function remedy(taken: ValueType, given: ValueType): string | undefined {
  if (taken === 'matrix' && given === 'vector') return 'a range, for example [5m]'
  if (taken === 'vector' && given === 'matrix') return 'a function over the range, for example rate(…[5m])'
  if (taken === 'vector' && given === 'scalar') return 'vector(…)'
  if (taken === 'scalar' && given === 'vector') return 'scalar(…)'
  return undefined
}
