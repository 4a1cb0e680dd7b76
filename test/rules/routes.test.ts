import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { done, notYet, waitUntil } from '../../src/base/wait.ts'
import { Alertmanager } from '../../src/probes/alertmanager.ts'
import { parseRouting, readLoadedRouting } from '../../src/routing/config/read-routing.ts'
import { inhibits } from '../../src/routing/inhibition.ts'
import { exactLabels } from '../../src/routing/possible-labels.ts'
import { routesOf } from '../../src/routing/routes-of.ts'
import { allRoutes, type Routing } from '../../src/routing/routing.ts'
import { unreachableRoutes } from '../../src/routing/unreachable.ts'
import { TestAlertmanager } from './test-alertmanager.ts'

/** Configurations that are held against the real one, and where they begin. */
const CONFIGURATIONS = 12
const SEED = 22

const RECEIVERS = Array.from({ length: 40 }, (_, index) => `r${index}`)
const VALUES = { team: ['', 'a', 'b', 'ab'], severity: ['', 'page', 'ticket'], env: ['', 'prod-1', 'test'] }
/** Every combination of the values: what a tree does to any of them is seen. */
const ALERTS = VALUES.team
  .flatMap((team) => VALUES.severity.flatMap((severity) => VALUES.env.map((env) => ({ team, severity, env }))))
  .map((labels, index) => ({
    alertname: `A${index}`,
    ...Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== '')),
  }))

const matcher = fc
  .tuple(
    fc.constantFrom('team', 'severity', 'env', 'other'),
    fc.constantFrom(
      '="a"',
      '="page"',
      '!="a"',
      '=~"a|b"',
      '=~"prod-.*"',
      '!~"a.*"',
      '=""',
      '!=""',
      '=~".*"',
      '=~"|ticket"',
    ),
  )
  .map(([name, rest]) => `${name}${rest}`)

interface Written {
  matchers: string[]
  continue: boolean
  routes: Written[]
}
/** Routes, with routes within them down to this depth. */
const routesTo = (depth: number): fc.Arbitrary<Written[]> =>
  fc.array(
    fc.record({
      matchers: fc.array(matcher, { maxLength: 2 }),
      continue: fc.boolean(),
      routes: depth === 0 ? fc.constant([]) : routesTo(depth - 1),
    }),
    { maxLength: 3 },
  )

/** Each route has a receiver of its own, so that the receivers name the routes. */
function configOf(routes: readonly Written[], inhibitions: readonly unknown[]): string {
  let count = 0
  const route = ({ matchers, continue: continues, routes: inner }: Written): object => {
    const receiver = RECEIVERS[Math.min(RECEIVERS.length - 1, ++count)]
    return { receiver, matchers, continue: continues, routes: inner.map(route) }
  }
  return JSON.stringify({
    route: { receiver: 'r0', group_wait: '1h', routes: routes.map(route) },
    inhibit_rules: inhibitions,
    receivers: RECEIVERS.map((name) => ({ name })),
  })
}

const inhibition = fc
  .tuple(
    fc.array(matcher, { minLength: 1, maxLength: 2 }),
    fc.array(matcher, { minLength: 1, maxLength: 2 }),
    fc.subarray(['team', 'env']),
  )
  .map(([source_matchers, target_matchers, equal]) => ({ source_matchers, target_matchers, equal }))
const generated = fc.sample(fc.tuple(routesTo(2), fc.array(inhibition, { maxLength: 2 })), {
  numRuns: CONFIGURATIONS,
  seed: SEED,
})

const server = new TestAlertmanager()
beforeAll(() => server.start('{ "route": { "receiver": "a" }, "receivers": [{ "name": "a" }] }'), 300_000)
afterAll(() => server.stop())

describe('the real Alertmanager', () => {
  it.each(generated.map(([routes, inhibitions], index) => [index, configOf(routes, inhibitions)] as const))(
    'routes and holds back every alert as we say, with generated configuration %i',
    async (_, config) => {
      const routing = parseRouting(config, 'generated.json')
      expect(await server.reload(config)).toBe(true)
      await server.send(ALERTS)
      const probe = new Alertmanager(server.url)
      const wanted = new Map(ALERTS.map((labels) => [labels.alertname, expectedOf(labels, routing)]))
      await waitUntil(
        async () => {
          const held = await probe.alerts({ timeoutMs: 10_000 })
          const real = new Map(
            held.map(({ labels, receivers, status }) => [
              labels.alertname ?? '',
              { receivers: receivers?.toSorted(), suppressed: status === 'suppressed' },
            ]),
          )
          const wrong = [...wanted].filter(([name, one]) => JSON.stringify(real.get(name)) !== JSON.stringify(one))
          const first = wrong[0]
          return first === undefined
            ? done(undefined)
            : notYet(`${wrong.length} differ, ${JSON.stringify([first, real.get(first[0])])}`)
        },
        { what: 'Alertmanager to agree', timeoutMs: 20_000, intervalMs: 100 },
      )
      // No alert of any labels is at a route that is said to be reached by none.
      const reached = new Set([...wanted.values()].flatMap(({ receivers }) => receivers))
      for (const { route } of unreachableRoutes(routing.root)) {
        for (const { receiver } of allRoutes(route)) expect(reached.has(receiver)).toBe(false)
      }
    },
    60_000,
  )

  it('is read back as it was given', async () => {
    const [first] = generated
    const config = configOf(first?.[0] ?? [], first?.[1] ?? [])
    await server.reload(config)
    const { config: shown } = await new Alertmanager(server.url).status({ timeoutMs: 10_000 })
    const { routing, why } = readLoadedRouting(shown ?? '')
    expect(why).toBeUndefined()
    const shapeOf = ({ root }: Routing) =>
      [...allRoutes(root)].map(({ receiver, name, continues }) => [
        receiver,
        // Alertmanager sorts the matchers of a route.
        name.replace(/[{}]/g, '').split(', ').sort(),
        continues,
      ])
    expect(routing && shapeOf(routing)).toEqual(shapeOf(parseRouting(config, 'generated.json')))
  })
})

const RECEIVER = 'receivers: [{ name: a }]'
describe('a configuration is taken or refused as by the real Alertmanager', () => {
  it.each([
    ['route: { receiver: a }', true],
    ['route: { receiver: b }', false],
    ['route: { routes: [] }', false],
    ['route: { receiver: a, matchers: [x=1] }', false],
    ['route: { receiver: a, routes: [{ matchers: ["x"] }] }', false],
    ["route: { receiver: a, routes: [{ matchers: ['x=\"1'] }] }", false],
    ["route: { receiver: a, routes: [{ matchers: ['x=a\"b'] }] }", false],
    ['route: { receiver: a, routes: [{ matchers: [\'{x="1",y=~"a,b"}\'] }] }', true],
    ['route: { receiver: a, routes: [{ matchers: [\'x="1",,y="2"\'] }] }', false],
    ['route: { receiver: a, routes: [{ matchers: [\'x="1",\'] }] }', true],
    ['route: { receiver: a, routes: [{ matchers: [""] }] }', true],
    ['route: { receiver: a, routes: [{ matchers: ["x=~("] }] }', false],
    ['route: { receiver: a, routes: [{ match: { x: 5, y: true } }] }', true],
    ['route: { receiver: a, routes: [{ match_re: { x: "(" } }] }', false],
    ['route: { receiver: a, routes: [{ matchers: x=1 }] }', false],
    ['route: { receiver: a, group_by: [x, x] }', false],
    ['route: { receiver: a, group_by: [...] }', true],
    ['route: { receiver: a, group_by: [..., x] }', false],
    ['route: { receiver: a, group_wait: 0s }', true],
    ['route: { receiver: a, group_interval: 0s }', false],
    ['route: { receiver: a, repeat_interval: 0s }', false],
    ['route: { receiver: a, group_wait: 5 }', false],
    ['route: { receiver: a, group_wiat: 5s }', false],
    ['route: { receiver: a, routes: [{ mute_time_intervals: [x] }] }', false],
    ['route: { receiver: a, mute_time_intervals: [n] }\ntime_intervals: [{ name: n, time_intervals: [] }]', false],
    ...[
      ["{ weekdays: ['monday:friday', 'Sunday'] }", true],
      ["{ weekdays: ['friday:monday'] }", false],
      ["{ weekdays: ['someday'] }", false],
      ["{ days_of_month: ['1:5', '-3:-1', '20:-1'] }", true],
      ["{ days_of_month: ['0'] }", false],
      ["{ days_of_month: ['5:1'] }", false],
      ["{ days_of_month: ['-1:5'] }", false],
      ["{ days_of_month: ['32'] }", false],
      ["{ months: ['january:march', '5', 'May'] }", true],
      ["{ months: ['march:january'] }", false],
      ["{ years: ['2026', '2026:2030'] }", true],
      ["{ years: ['2030:2026'] }", false],
      ["{ times: [{ start_time: '09:00', end_time: '24:00' }] }", true],
      ["{ times: [{ start_time: '22:00', end_time: '06:00' }] }", false],
      ["{ times: [{ start_time: '9:00', end_time: '10:00' }] }", false],
      ["{ location: 'Europe/Berlin' }", true],
      ["{ location: 'Nowhere/Else' }", false],
    ].map(
      ([interval, taken]) =>
        [`route: { receiver: a }\ntime_intervals: [{ name: n, time_intervals: [${interval}] }]`, taken] as const,
    ),
    ['route: { receiver: a }\ninhibit_rules: [{ source_matchers: [x=1], target_match: { y: 1 }, equal: [z] }]', true],
    ['route: { receiver: a }\ninhibit_rules: [{ source_matchers: [x] }]', false],
  ] as [string, boolean][])('%s', async (text, taken) => {
    const config = `${text}\n${RECEIVER}\n`
    expect(await server.reload(config)).toBe(taken)
    expect(isRead(config)).toBe(taken)
  })
})

/** What the real one must say of an alert, while all alerts fire. */
function expectedOf(labels: Record<string, string>, routing: Routing) {
  const target = exactLabels(labels)
  const receivers = routesOf(routing.root, target).map(({ route }) => route.receiver)
  const suppressed = ALERTS.some((source) =>
    routing.inhibitions.some((rule) => inhibits(rule, exactLabels(source), target) === 'yes'),
  )
  return { receivers: receivers.toSorted(), suppressed }
}

function isRead(config: string): boolean {
  try {
    parseRouting(config, 'alertmanager.yml')
    return true
  } catch {
    return false
  }
}
