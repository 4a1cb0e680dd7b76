import { whyMuted } from '../../routing/mute.ts'
import type { PossibleLabels } from '../../routing/possible-labels.ts'
import { routesOf } from '../../routing/routes-of.ts'
import type { AlertRoute } from '../../routing/routes-report.ts'
import { doesNothing, type Route, type Routing } from '../../routing/routing.ts'

/** Every route that takes an alert with one of these label sets; `atMs`: whether it is muted then. */
export function alertRoutes(sets: readonly PossibleLabels[], routing: Routing, atMs: number | undefined): AlertRoute[] {
  const routes = new Map<Route, { sets: number; certain: boolean }>()
  for (const labels of sets) {
    for (const { route, certain } of routesOf(routing.root, labels)) {
      const known = routes.get(route) ?? { sets: 0, certain: true }
      routes.set(route, { sets: known.sets + 1, certain: known.certain && certain })
    }
  }
  return [...routes].map(([route, { sets: count, certain }]) =>
    describeRoute(route, certain && count === sets.length, { routing, atMs }),
  )
}

function describeRoute(
  route: Route,
  certain: boolean,
  { routing, atMs }: { routing: Routing; atMs: number | undefined },
): AlertRoute {
  const { receiver, name, place, groupBy, groupWaitMs, groupIntervalMs, repeatIntervalMs, mutedIn, activeIn } = route
  const kinds = routing.receivers.get(receiver)?.integrations.map(({ kind }) => kind) ?? []
  return {
    receiver,
    route: name,
    line: place.line,
    certain,
    by: [...new Set(kinds)],
    silent: doesNothing(routing, receiver),
    groupBy: groupBy === 'all' ? ['...'] : [...groupBy],
    groupWaitMs,
    groupIntervalMs,
    repeatIntervalMs,
    mutedIn: [...mutedIn],
    activeIn: [...activeIn],
    muted: atMs === undefined ? null : (whyMuted(route, routing, atMs) ?? null),
  }
}
