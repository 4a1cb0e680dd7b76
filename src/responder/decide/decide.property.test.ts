import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { overlaps } from '../incident/target.ts'
import type { Policy } from '../policy/policy.ts'
import { Simulation } from '../test-simulation.ts'
import type { Alert } from '../webhook/alert.ts'
import { touched } from './limits.ts'

/** Of each property; five of them. FIREDRILL_FUZZ_SEED=7 in the environment makes others. */
const RUNS = 500
const SEED = Number(process.env.FIREDRILL_FUZZ_SEED ?? 18)

const limits = {
  cooldownMs: 2_000,
  perTarget: { actions: 2, windowMs: 20_000 },
  overall: { actions: 4, windowMs: 30_000 },
}
const health = { kind: 'health', overMs: 0 } as const
const policy: Policy = {
  dryRun: false,
  guards: { ...limits, quorum: { default: { ratio: 0.5 } } },
  programs: {},
  rules: [
    {
      name: 'down',
      match: { alertname: ['Down'] },
      ladder: [
        { action: 'log', params: 'seen', settleMs: 5_000 },
        { action: 'restart', params: 'target', settleMs: 5_000 },
        { action: 'restart', params: 'target', settleMs: 5_000 },
      ],
      verify: health,
    },
    {
      name: 'slow',
      match: { alertname: ['Slow'] },
      service: 'store',
      ladder: [{ action: 'configure', params: { service: 'target', set: { A: null } }, settleMs: 5_000 }],
      verify: health,
    },
    {
      name: 'lag',
      match: { alertname: ['Lag'] },
      ladder: [{ action: 'scale', params: { service: 'worker', to: 3 }, settleMs: 5_000 }],
      verify: health,
    },
  ],
}

const alerts = fc.record({
  name: fc.constantFrom('Down', 'Slow', 'Lag', 'Unheard'),
  service: fc.constantFrom('store', 'worker'),
  instance: fc.constantFrom(undefined, 1, 2, 7),
  startsAtMs: fc.constantFrom(900_000, 1_001_000, 1_004_000, 1_010_000, 1_030_000),
  firing: fc.boolean(),
})

const commands = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('deliver' as const),
      alerts: fc.array(alerts, { minLength: 1, maxLength: 6 }),
    }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 0, max: 8_000 }) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('flush' as const) }) },
  { weight: 12, arbitrary: fc.record({ do: fc.constant('work' as const) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('begin' as const) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('endAction' as const), ok: fc.boolean() }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('endVerification' as const),
      outcome: fc.constantFrom('ok' as const, 'failed' as const, 'unknown' as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('crash' as const), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('rotate' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('maintenance' as const),
      service: fc.constantFrom('store', '*'),
      forMs: fc.integer({ min: 0, max: 9_000 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('become' as const),
      service: fc.constantFrom('store', 'worker'),
      index: fc.constantFrom(0, 1),
      state: fc.constantFrom('healthy', 'exited', 'starting', 'unhealthy'),
    }),
  },
)
type Command = typeof commands extends fc.Arbitrary<infer T> ? T : never

function toAlert({
  name,
  service,
  instance,
  startsAtMs,
  firing,
}: typeof alerts extends fc.Arbitrary<infer T> ? T : never): Alert {
  const labels = { alertname: name, service, ...(instance === undefined ? {} : { instance: `${service}-${instance}` }) }
  return {
    incident: `${name} ${service} ${instance} ${startsAtMs}`,
    firing,
    name,
    labels,
    startsAtMs,
    endsAtMs: startsAtMs + 1,
  }
}

function play(simulation: Simulation, command: Command): void {
  switch (command.do) {
    case 'deliver':
      simulation.deliver(command.alerts.map(toAlert))
      return
    case 'pass':
      simulation.nowMs += command.ms
      simulation.happens({ kind: 'tick' })
      return
    case 'endAction':
      simulation.endAction(command.ok)
      return
    case 'endVerification':
      simulation.endVerification(command.outcome)
      return
    case 'crash':
      simulation.crash(command.share)
      return
    case 'maintenance':
      simulation.happens({
        kind: 'maintenance',
        service: command.service,
        untilMs: simulation.nowMs + command.forMs,
        why: 'x',
      })
      return
    case 'become': {
      const replica = simulation.services.get(command.service)?.[command.index]
      if (replica !== undefined) Object.assign(replica, { state: command.state, sinceMs: simulation.nowMs })
      return
    }
    default:
      simulation[command.do]()
      return
  }
}

const played = (check: (simulation: Simulation) => void, under: Policy = policy) =>
  fc.assert(
    fc.property(fc.array(commands, { minLength: 5, maxLength: 150, size: 'max' }), (list) => {
      const simulation = new Simulation(under)
      for (const command of list) play(simulation, command)
      check(simulation)
    }),
    { numRuns: RUNS, seed: SEED },
  )

describe('decide, over thousands of interleavings of deliveries, time, crashes and torn logs', {
  timeout: 180_000,
}, () => {
  it('never acts more often than the guards allow, nor twice at once on one target', () => {
    let most = 0
    played(({ done }) => {
      const repairs = done.filter((one) => !one.notifies && !one.back)
      most = Math.max(most, repairs.length)
      for (const [index, repair] of repairs.entries()) {
        const before = repairs.slice(0, index)
        const sameTarget = before.filter((one) => overlaps(touched(one), touched(repair)))
        for (const other of sameTarget) {
          // An action that a crash cut off ended at an unknown time, at the latest when the new process noticed.
          expect(repair.atMs - other.endedAtMs).toBeGreaterThanOrEqual(limits.cooldownMs)
        }
        const within = (list: typeof repairs, ms: number) =>
          list.filter((one) => one.atMs > repair.atMs - ms).length + 1
        expect(within(sameTarget, limits.perTarget.windowMs)).toBeLessThanOrEqual(limits.perTarget.actions)
        expect(within(before, limits.overall.windowMs)).toBeLessThanOrEqual(limits.overall.actions)
      }
    })
    // The guards were reached.
    expect(most).toBeGreaterThanOrEqual(limits.overall.actions)
  })

  it('never acts without a line on disk that says so', () => {
    let acted = 0
    played(({ done }) => {
      acted += done.length
      expect(done.filter((one) => !one.onDisk)).toEqual([])
    })
    expect(acted).toBeGreaterThan(RUNS / 10)
  })

  it('never loses an incident: what was answered is on disk, and comes to an end', () => {
    played((simulation) => {
      const known = simulation.replayed()
      for (const id of simulation.acknowledged) expect(known.incidents.has(id), id).toBe(true)
      for (const replicas of simulation.services.values())
        for (const replica of replicas) Object.assign(replica, { state: 'healthy', sinceMs: 0 })
      simulation.drain('ok')
      const { incidents } = simulation.state
      const stuck = [...incidents.values()].filter((one) => {
        const leader = one.follows === undefined ? undefined : incidents.get(one.follows)
        return one.phase !== 'settled' && leader?.settled !== 'escalated' && !waitsForOthers(one, incidents)
      })
      expect(stuck.map(({ id, phase, follows, suppressed }) => ({ id, phase, follows, suppressed }))).toEqual([])
    })
  })

  it('knows after reading the log back exactly what it knew before', () => {
    played((simulation) => {
      simulation.flush()
      expect(plain(simulation.replayed())).toEqual(plain(simulation.state))
    })
  })

  it('does nothing at all in a dry run', () => {
    played(({ done }) => expect(done.filter((one) => !one.notifies)).toEqual([]), { ...policy, dryRun: true })
  })
})

/** Scaling back waits while another incident of the service is open. */
function waitsForOthers(
  one: { phase: string; back?: { service: string } },
  incidents: Simulation['state']['incidents'],
): boolean {
  return (
    one.phase === 'returning' &&
    [...incidents.values()].some(
      (other) => other.target?.service === one.back?.service && other.resolvedAtMs === undefined,
    )
  )
}

function plain({ incidents, waiting, busy, leaders, repairs, silences, count }: Simulation['state']) {
  const ids = (set: Iterable<{ id: string }>) => [...set].map((one) => one.id).sort()
  return {
    incidents: [...incidents.values()],
    waiting: ids(waiting),
    busy: ids(busy),
    leaders: ids(leaders.values()),
    repairs,
    silences,
    count,
  }
}
