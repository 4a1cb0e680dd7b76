import { ANY_VALUE, isNever, narrowed, type PossibleLabels, without } from './possible-labels.ts'
import type { Route } from './routing.ts'

/** A route that no alert reaches, and why. */
export interface UnreachableRoute {
  route: Route
  /** The routes above it that take all of its alerts; empty: no label fits all of its matchers and those around it. */
  shadowedBy: readonly Route[]
}

/** Every route that no alert can ever reach; those within one that is not reached are not listed. */
export function unreachableRoutes(root: Route): UnreachableRoute[] {
  return within(root, [])
}

/** Routes before it on the way, that take alerts away from it: those that stand above it on its own level, and above the ones around it. */
type Before = readonly Route[]

function within(parent: Route, way: readonly { route: Route; before: Before }[]): UnreachableRoute[] {
  return parent.routes.flatMap((route, index) => {
    const before = parent.routes.slice(0, index).filter(({ continues }) => !continues)
    const whole = [...way, { route, before }]
    const why = whyUnreached(whole)
    return why === undefined ? within(route, whole) : [{ route, shadowedBy: why }]
  })
}

/** `undefined` when an alert may reach the end of the way. */
function whyUnreached(way: readonly { route: Route; before: Before }[]): readonly Route[] | undefined {
  // The labels of what the last route takes: all matchers of the way at once.
  const matchers = way.flatMap(({ route }) => route.matchers)
  const taken = narrowed(anyAlert, matchers)
  if (taken.answer === 'no') return []
  let left: PossibleLabels = taken.labels
  const takers: Route[] = []
  for (const { before } of way) {
    for (const other of before) {
      const { answer } = narrowed(left, other.matchers)
      if (answer === 'no') continue
      if (answer === 'yes') return [...takers, other]
      const rest = without(left, other.matchers)
      if (rest !== left) takers.push(other)
      left = rest
      if (isNever(left)) return takers
    }
  }
  return undefined
}

/** Nothing is known of it but that it has a name. */
const anyAlert: PossibleLabels = { named: new Map([['alertname', { present: true }]]), others: ANY_VALUE }
