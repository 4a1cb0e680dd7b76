import { isNever, narrowed, type PossibleLabels, without } from './possible-labels.ts'
import type { Route } from './routing.ts'

/** Alertmanager's walk through its routes. */

/** A route that takes an alert. */
export interface Reached {
  route: Route
  /** It takes every alert with such labels; else only some of them. */
  certain: boolean
  /** The labels of those that it takes. */
  labels: PossibleLabels
}

/**
 * The routes that take an alert with such labels, in the order in which they stand. Alertmanager's own walk: from the root down; of the
 * routes on one level the first that takes it, and the next ones where that one continues; a route that none of its own routes takes
 * it from takes it itself. Where labels are not known, both ways are followed.
 */
export function routesOf(root: Route, labels: PossibleLabels): Reached[] {
  const { answer, labels: inner } = narrowed(labels, root.matchers)
  return answer === 'no' ? [] : within(root, inner, answer === 'yes')
}

/** Alerts that are still to be taken, and whether these are all that came. */
interface Stream {
  labels: PossibleLabels
  certain: boolean
}

function within(route: Route, labels: PossibleLabels, certain: boolean): Reached[] {
  const reached: Reached[] = []
  /** Alerts at which the next route is looked at, and those that no route has taken. */
  let next: Stream | undefined = { labels, certain }
  let untaken: Stream | undefined = next
  for (const inner of route.routes) {
    if (next === undefined) break
    const { answer, labels: taken } = narrowed(next.labels, inner.matchers)
    if (answer === 'no') continue
    reached.push(...within(inner, taken, next.certain && answer === 'yes'))
    const before: Stream = next
    const others = rest(next, inner)
    if (!inner.continues) next = others
    untaken = untaken === before ? others : untaken && rest(untaken, inner)
  }
  return untaken === undefined ? reached : [...reached, { route, ...untaken }]
}

/** Those that a route does not take. */
function rest(stream: Stream, { matchers }: Route): Stream | undefined {
  const { answer } = narrowed(stream.labels, matchers)
  if (answer === 'yes') return undefined
  if (answer === 'no') return stream
  const labels = without(stream.labels, matchers)
  return isNever(labels) ? undefined : { labels, certain: false }
}
