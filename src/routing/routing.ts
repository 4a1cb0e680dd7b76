import type { Position } from '../base/yaml/yaml-source.ts'
import type { Matcher } from './matcher.ts'
import type { TimeInterval } from './time-interval.ts'

/** Where Alertmanager sends alerts: its configuration, read. Durations in milliseconds. */
export interface Routing {
  /** Takes every alert that none of its routes takes. */
  readonly root: Route
  readonly receivers: ReadonlyMap<string, Receiver>
  readonly inhibitions: readonly Inhibition[]
  readonly intervals: ReadonlyMap<string, readonly TimeInterval[]>
}

/** One route; what it does not say itself is that of the route around it. */
export interface Route {
  readonly receiver: string
  /** Its own; those of the routes around it hold as well. */
  readonly matchers: readonly Matcher[]
  /** The next routes beside it are looked at too. */
  readonly continues: boolean
  readonly groupBy: readonly string[] | 'all'
  readonly groupWaitMs: number
  readonly groupIntervalMs: number
  readonly repeatIntervalMs: number
  /** Names of intervals in which it does not notify. */
  readonly mutedIn: readonly string[]
  /** Names of intervals outside of which it does not notify; empty: it always does. */
  readonly activeIn: readonly string[]
  readonly routes: readonly Route[]
  /** What a person calls it: its matchers, with those of the routes around it. */
  readonly name: string
  readonly place: Position
}

export interface Receiver {
  readonly name: string
  /** How it notifies; empty: it does nothing. */
  readonly integrations: readonly Integration[]
}

export interface Integration {
  /** `slack`, `webhook`, `pagerduty`. */
  readonly kind: string
  /** All that is written of it, to compare it with others; missing where a part of it is not shown. */
  readonly written?: string
}

/** While an alert fires that fits `source`, nobody is notified of those that fit `target`. */
export interface Inhibition {
  readonly source: readonly Matcher[]
  readonly target: readonly Matcher[]
  /** Labels in which the two must agree; both without one agree, too. */
  readonly equal: readonly string[]
}

/** Whether nobody is notified by this receiver. */
export function doesNothing({ receivers }: Pick<Routing, 'receivers'>, receiver: string): boolean {
  return receivers.get(receiver)?.integrations.length === 0
}

/** Every route, each before those within it. */
export function* allRoutes(route: Route): Generator<Route> {
  yield route
  for (const inner of route.routes) yield* allRoutes(inner)
}

/** Names of all labels that routes and inhibitions look at. */
export function labelsAskedFor({ root, inhibitions }: Routing): Set<string> {
  const names = new Set<string>()
  for (const { matchers } of allRoutes(root)) for (const { name } of matchers) names.add(name)
  for (const { source, target, equal } of inhibitions) {
    for (const { name } of [...source, ...target]) names.add(name)
    for (const name of equal) names.add(name)
  }
  return names
}
