import { distinctIn } from '../../routing/possible-labels.ts'
import { routesOf } from '../../routing/routes-of.ts'
import { doesNothing, labelsAskedFor, type Receiver, type Route, type Routing } from '../../routing/routing.ts'
import { unreachableRoutes } from '../../routing/unreachable.ts'
import type { LintFinding, LintRule } from '../finding.ts'
import type { Knowledge } from '../knowledge/knowledge.ts'
import { type Shape, UNKNOWN_VECTOR } from '../shape/shape.ts'
import { alertLabelsOf } from './alert-labels.ts'

/** Where a configuration of Alertmanager's keeps an alert from those who should get it, or sends it twice. Only what is certain. */
export function routeFindings(
  rules: readonly LintRule[],
  known: Knowledge | ReadonlyMap<LintRule, Shape>,
  { routing, file, external }: GivenRouting,
): LintFinding[] {
  const alerts = rules.filter(({ alerts: isAlert }) => isAlert)
  const asked = labelsAskedFor(routing)
  const taken = alerts.map((rule) => ({
    rule,
    reached: distinctIn(alertLabelsOf(rule, shapeIn(known, rule), external), asked).map((labels) =>
      routesOf(routing.root, labels),
    ),
  }))
  const untaken = taken.flatMap(({ rule, reached }) => {
    const onlyRoot = reached.every((one) => one.every(({ route, certain }) => route === routing.root && certain))
    return onlyRoot && doesNothing(routing, routing.root.receiver) ? [noReceiver(rule, routing)] : []
  })
  const twice = new Map<string, Twice>()
  for (const { rule, reached } of taken) {
    for (const one of reached) {
      const certain = one.filter(({ certain: sure, route }) => sure && notifiesAlways(route)).map(({ route }) => route)
      for (const pair of pairsOf(certain, routing)) addTo(twice, pair, rule.name)
    }
  }
  const inFile = (route: Route) => (file === undefined ? {} : { file, ...route.place })
  return [
    ...unreachableRoutes(routing.root).map(({ route, shadowedBy }) => ({
      ...unreached(route, shadowedBy),
      ...inFile(route),
    })),
    ...[...twice.values()].map((pair) => ({ ...arrivesTwice(pair), ...inFile(pair.second) })),
    ...untaken,
  ]
}

/** An expression that cannot be read has no shape: nothing is known of its labels. */
function shapeIn(known: Knowledge | ReadonlyMap<LintRule, Shape>, rule: LintRule): Knowledge | Shape {
  return known instanceof Map
    ? ((known as ReadonlyMap<LintRule, Shape>).get(rule) ?? UNKNOWN_VECTOR)
    : (known as Knowledge)
}

/** A configuration of Alertmanager's; `file`: where it was read from, missing for one that is loaded. */
export interface GivenRouting {
  routing: Routing
  file?: string | undefined
  /** Labels that Prometheus adds to each alert. */
  external?: Readonly<Record<string, string>> | undefined
}

const NO_PLACE = { rule: '', group: '', from: 0, to: 0, text: '' } as const

function unreached(route: Route, shadowedBy: readonly Route[]): LintFinding {
  const [first, ...more] = shadowedBy
  if (first === undefined) {
    const message = `no alert fits ${route.name}: two of its matchers exclude each other`
    return { kind: 'impossible route', ...NO_PLACE, message }
  }
  const others = more.length === 0 ? '' : ` and ${more.map(nameOf).join(', ')}`
  return {
    kind: 'shadowed route',
    ...NO_PLACE,
    message: `no alert reaches ${route.name}: ${nameOf(first)}${others} above it ${more.length === 0 ? 'takes' : 'take'} all of them`,
    next: `put it above line ${first.place.line}, or give that route "continue: true"`,
  }
}

const nameOf = ({ name, place }: Route): string => `${name} (line ${place.line})`

function noReceiver(rule: LintRule, { root }: Routing): LintFinding {
  return {
    kind: 'no receiver',
    rule: rule.name,
    group: rule.group,
    from: 0,
    to: 0,
    text: '',
    message: `no route takes this alert, and the first route's receiver, ${root.receiver}, does nothing`,
    next: `a route for ${labelsText(rule)}, or a receiver that notifies in the first route`,
    ...rule.locate?.('expr', 0),
  }
}

function labelsText({ name, labels }: LintRule): string {
  const fixed = Object.entries(labels).filter(([, text]) => !text.includes('{{'))
  return fixed.length === 0 ? `alertname="${name}"` : fixed.map(([label, text]) => `${label}="${text}"`).join(', ')
}

/** Two routes that notify of the same alert at the same place. */
interface Pair {
  first: Route
  second: Route
  where: string
}

interface Twice extends Pair {
  alerts: string[]
}

/** One that is muted at times may take turns with another. */
const notifiesAlways = ({ mutedIn, activeIn }: Route): boolean => mutedIn.length + activeIn.length === 0

function pairsOf(routes: readonly Route[], { receivers }: Routing): Pair[] {
  return routes.flatMap((second, index) =>
    routes.slice(0, index).flatMap((first): Pair[] => {
      const [one, other] = [receivers.get(first.receiver), receivers.get(second.receiver)]
      const where = one && other && sharedBy(one, other)
      return where === undefined ? [] : [{ first, second, where }]
    }),
  )
}

/** What two receivers have in common; `undefined` where that is nothing, or not known. */
function sharedBy(one: Receiver, other: Receiver): string | undefined {
  if (one === other) return one.integrations.length === 0 ? undefined : `the receiver ${one.name}`
  const shared = one.integrations.find(({ written }) =>
    other.integrations.some((own) => own.written === written && written !== undefined),
  )
  return shared && `the same ${shared.kind} of the receivers ${one.name} and ${other.name}`
}

function addTo(twice: Map<string, Twice>, { first, second, where }: Pair, alert: string): void {
  const key = JSON.stringify([first.place, second.place, where])
  const known = twice.get(key) ?? { first, second, where, alerts: [] }
  twice.set(key, known)
  if (!known.alerts.includes(alert)) known.alerts.push(alert)
}

/** Names that a message lists. */
const MOST_NAMED = 3

function arrivesTwice({ first, second, where, alerts }: Twice): LintFinding {
  const more = alerts.length - MOST_NAMED
  const names = `${alerts.slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
  return {
    kind: 'arrives twice',
    ...NO_PLACE,
    message: `${names} arrive${alerts.length === 1 ? 's' : ''} twice at ${where}: by ${nameOf(first)} and by ${nameOf(second)}`,
    next: 'take "continue: true" from the first of the two, or give them receivers of their own',
  }
}
