import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import { FiredrillError } from '../../base/errors.ts'
import { journeys } from '../../load/journey/journeys.ts'
import type { MachineReading } from '../../probes/machine/read-machine.ts'
import type { Objective } from '../../slo/objective.ts'
import { parseDrill } from '../file/drill-file.ts'
import type { Journal } from '../journal/journal.ts'
import { journalSchema } from '../journal/journal.ts'
import { runDrill } from './run-drill.ts'
import type { DrillEvent } from './run-event.ts'
import type { RunOptions } from './run-options.ts'
import { REPAIR_AFTER_MS, SmallWorld, type Twist } from './test-world.ts'

const DRILL = `
title: The store crashes
why: It must not matter
steadyState:
  - { http: store, path: /ready }
  - { metric: 'min(up{service="store"})', is: "== 1" }
load: { journey: browse, users: 6, spawnRate: 60 }
method:
  - { at: 1s, fault: kill, target: store }
expectations:
  - { metric: 'up{service="store"}', is: "== 0", within: 20s }
  - { alert: ServiceDown, labels: { service: store }, within: 20s }
  - { action: restart, target: store, within: 20s }
  - { steady: true, within: 20s }
  - noOtherAlert: true
`

/** A machine of two cores, so much of whose time others use, and somebody waits for. */
const machineUsed = (share: number) => async (): Promise<MachineReading> => {
  const atMs = Date.now()
  return { atMs, stalledMs: share * atMs, cpu: { cores: 2, busyMs: 2 * share * atMs, stolenMs: 0 }, processes: [] }
}

/** Every journal of these tests is held against the form that is published. */
const validate = new Ajv({ allErrors: true, strict: false }).compile(journalSchema)

const AVAILABILITY: Objective = {
  service: 'store',
  name: 'availability',
  description: '',
  targetPercent: 99.9,
  periodMs: 30 * 24 * 3_600_000,
  indicator: { kind: 'events', errorQuery: 'sum(rate(bad[{{.window}}]))', totalQuery: 'sum(rate(all[{{.window}}]))' },
  counting: 'counted',
  labels: {},
  spec: 'prometheus/v1',
}

/** The same without load, for what has nothing to do with it: a busy machine then cannot saturate the generator. */
const UNLOADED = DRILL.replace(/load: .*/, 'load: none')

/** The same with shorter bounds, for runs that last until their bounds are over because something is never seen. */
const brief = (text: string) => text.replaceAll('within: 20s', 'within: 3s')

async function drill(
  twist: Twist = {},
  options: Partial<RunOptions> & { text?: string } = {},
): Promise<{ journal: Journal; events: DrillEvent[]; world: SmallWorld }> {
  const world = new SmallWorld(twist)
  await world.start()
  const events: DrillEvent[] = []
  const { text = DRILL, onEvent, ...others } = options
  try {
    const journal = await runDrill(parseDrill(text, 'drills/x.yaml', { services: ['store', 'shop'] }), world, {
      seed: 42,
      gateTimeoutMs: 300,
      settleTimeoutMs: 20_000,
      // Many of these runs share a process and a machine: what they say of the generator says nothing of a run.
      readMachine: machineUsed(0),
      judgeLoad: () => ({ saturated: false, lagP99Ms: 0, latenessP99Ms: 0, busyRatio: 0 }),
      onEvent: (event) => {
        events.push(event)
        onEvent?.(event)
      },
      ...others,
    })
    validate(JSON.parse(JSON.stringify(journal)))
    expect(validate.errors).toBeNull()
    return { journal, events, world }
  } finally {
    await world.stop()
  }
}

const missed = ({ expectations }: Journal) => expectations.filter(({ met }) => !met).map(({ kind }) => kind)

describe.concurrent('runDrill', () => {
  it('is held when everything is seen, fires, is repaired and is steady again in time', async () => {
    const { journal, events, world } = await drill()
    expect(journal).toMatchObject({ verdict: 'held', reasons: [], repairedBy: 'responder', unexpectedAlerts: [] })
    expect(journal.repairedByEvidence).toMatch(/first start of store-1 after the injection: \+\d+\.\d+ s, by responder/)
    expect(missed(journal)).toEqual([])
    const times = journal.stages.map(({ atMs }) => atMs ?? 0)
    expect(journal.stages.map(({ name }) => name)).toEqual([
      'injected',
      'seen',
      'pending',
      'firing',
      'notified',
      'received',
      'acting',
      'acted',
      'good again',
      'resolved',
    ])
    // Up to the repair the order in time is the order of the stages.
    expect(times.slice(0, 8)).toEqual(times.slice(0, 8).toSorted((a, b) => a - b))
    expect(times[8]).toBeGreaterThanOrEqual(times[6] ?? 0)
    expect(journal.mttdMs).toBe((times[5] ?? 0) - (times[0] ?? 0))
    expect(journal.mttrMs).toBeGreaterThanOrEqual(REPAIR_AFTER_MS)
    expect(journal.mttrMs).toBeLessThan(20_000)
    expect(world.lifts).toEqual(['f-1'])
    const kinds = events.map(({ kind }) => kind)
    expect(kinds.slice(0, 4)).toEqual(['started', 'gate', 'load', 'stage'])
    expect(kinds.at(-1)).toBe('finished')
    expect(kinds.filter((kind) => kind === 'expectation')).toHaveLength(5)
    expect(kinds.filter((kind) => kind === 'stage')).toHaveLength(10)
  })

  it('writes what users felt, the floor, the landing and everything else into the journal', async () => {
    const { journal } = await drill()
    expect(journal).toMatchObject({
      schemaVersion: 1,
      drill: { title: 'The store crashes', file: 'drills/x.yaml' },
      profile: 'lab',
      runtime: 'fake',
      stackId: 's-1',
      seed: 42,
      versions: { prometheus: '2.42.0' },
      gate: { clean: true, findings: [], tolerated: [] },
      landing: { landed: true, proof: 'pid 4711 is gone' },
      floor: { received: { minMs: 0, meanMs: 300, maxMs: 600 } },
      load: { users: 6, journey: 'browse', saturation: { saturated: false } },
      faults: [{ fault: 'kill', service: 'store', lifted: { changed: false, detail: 'store-1 runs' } }],
      incidents: [{ id: 'i-1', alertname: 'ServiceDown' }],
    })
    expect(journal.drill.sha256).toMatch(/^[0-9a-f]{64}$/)
    expect(journal.felt?.failures).toBeGreaterThan(0)
    expect(journal.felt?.failures).toBe(journal.load?.failures)
    expect(journal.felt?.windowMs).toBeLessThan(20_000)
    expect(journal.blindSpotMs).not.toBeNull()
    expect(journal.events.map(({ kind }) => kind)).toEqual(['exited', 'starting', 'healthy'])
    expect(journal.timings.map(({ name }) => name)).toEqual([
      'describe',
      'gate',
      'load up',
      'calm',
      'inject',
      'watch',
      'lift',
      'settle',
      'stop load',
      'resolve',
      'count',
      'events',
    ])
    expect(JSON.parse(JSON.stringify(journal))).toEqual(journal)
  })

  it('deviates when the alert does not fire, and says what repaired instead', async () => {
    const { journal } = await drill({ noRule: true }, { text: brief(DRILL) })
    expect(journal).toMatchObject({ verdict: 'deviated', repairedBy: 'fault lifted', mttdMs: null })
    expect(missed(journal)).toEqual(['alert', 'action', 'steady'])
    expect(journal.reasons).toContain('missed: firing: ServiceDown{service="store"} (it was never active)')
    expect(journal.stages.find(({ name }) => name === 'firing')).toMatchObject({
      atMs: null,
      detail: 'ServiceDown{service="store"} never fired',
    })
    expect(journal.faults[0]?.lifted?.changed).toBe(true)
    expect(journal.mttrMs).toBeGreaterThan(3_000)
  })

  it('deviates when an alert fires that nobody expects', async () => {
    const { journal } = await drill({ otherAlert: true }, { text: brief(DRILL) })
    expect(journal.verdict).toBe('deviated')
    expect(missed(journal)).toEqual(['noOtherAlert'])
    expect(journal.reasons).toEqual(['unexpected alert: DiskFull{service="postgres"}'])
  })

  it('deviates when nobody acts, and attributes the repair to the lifting', async () => {
    const { journal } = await drill({ noResponder: true }, { text: brief(DRILL) })
    expect(journal).toMatchObject({ verdict: 'deviated', repairedBy: 'fault lifted' })
    expect(missed(journal)).toEqual(['action', 'steady'])
  })

  it('waits for the replica that was hit, also where the steady state does not ask it and is good again before', async () => {
    const text = UNLOADED.replace(/ {2}- \{ http.*\n/, '')
    const { journal } = await drill({ readyAfterMs: 1_500 }, { text })
    expect(journal).toMatchObject({ verdict: 'held', repairedBy: 'responder' })
    const [hit] = journal.hitReplicas ?? []
    expect(hit?.readyAtMs).toBeTypeOf('number')
    expect(journal.mttrMs).toBeGreaterThanOrEqual(1_500)
  })

  it('is inconclusive when the fault did not land', async () => {
    const { journal, world } = await drill({ misses: true })
    expect(journal.verdict).toBe('inconclusive')
    expect(journal.reasons[0]).toBe('the fault did not land: store-1 was not running')
    expect(journal.landing).toMatchObject({ landed: false })
    expect(world.lifts).toEqual(['f-1'])
  })

  it('is inconclusive, without any load or fault, when the gate does not pass', async () => {
    const { journal, world } = await drill({ alertBefore: { alertname: 'OldTrouble' } })
    expect(journal).toMatchObject({ verdict: 'inconclusive', load: null, faults: [], stages: [] })
    expect(journal.gate.findings).toEqual(['alert OldTrouble is firing', 'Alertmanager still holds OldTrouble'])
    expect(journal.reasons[0]).toBe('the gate did not pass: alert OldTrouble is firing')
    expect(world.lifts).toEqual([])
  })

  it('waits until an alert that it expects is no longer pending from before, and for no other one', async () => {
    const labels = { alertname: 'ServiceDown', service: 'store' }
    const { journal } = await drill({ pendingBefore: labels })
    expect(journal).toMatchObject({ verdict: 'inconclusive', faults: [] })
    expect(journal.gate.findings).toEqual(['alert ServiceDown (store), which the drill expects, is pending already'])
    const other = await drill({ pendingBefore: { ...labels, service: 'shop' } })
    expect(other.journal.gate).toMatchObject({ clean: true })
  })

  it('reports once what a gate that takes long waits for', async () => {
    const { events } = await drill({ alertBefore: { alertname: 'OldTrouble' } }, { gateTimeoutMs: 3_000 })
    const findings = ['alert OldTrouble is firing', 'Alertmanager still holds OldTrouble']
    expect(events.filter(({ kind }) => kind === 'waiting')).toEqual([
      { kind: 'waiting', findings, waitedMs: expect.any(Number), atMostMs: 3_000, isNew: true },
    ])
  })

  it('goes on on a busy machine when that is accepted, and its verdict says so', async () => {
    const busy = { alertname: 'HostHighCPU', service: 'host' }
    const [waits, accepts] = await Promise.all([
      drill({ alertBefore: busy }, { text: UNLOADED }),
      drill({ alertBefore: busy }, { text: UNLOADED, busy: true }),
    ])
    expect(waits.journal).toMatchObject({ verdict: 'inconclusive', faults: [], machine: { widened: false } })
    expect(waits.journal.reasons[0]).toMatch(
      /^the gate did not pass: alert HostHighCPU \(host\) is firing; .* run with --busy/,
    )
    expect(accepts.journal.gate).toMatchObject({
      clean: true,
      tolerated: ['alert HostHighCPU (host) is firing: the machine is busy, which --busy accepts'],
    })
    expect(accepts.journal.machine).toMatchObject({ widened: true })
    expect(accepts.journal.reasons.join()).toMatch(/run on a busy machine \(--busy\), which was late by .* in all/)
    expect(accepts.journal.reasons.join()).not.toContain('the machine was too busy:')
  })

  it('is inconclusive, and not deviated, when a bound is missed by less than what the machine was late', async () => {
    const text = brief(UNLOADED)
    const { journal } = await drill({ noResponder: true }, { text, readMachine: machineUsed(1) })
    expect(journal.verdict).toBe('inconclusive')
    expect(missed(journal)).toEqual(['action', 'steady'])
    expect(journal.reasons.find((reason) => reason.includes('acted'))).toMatch(
      /^the machine was too busy to judge: acted: restart store by responder .* over its bound, and the machine was late by/,
    )
    expect(journal.reasons.join()).not.toContain('missed:')
  })

  it('samples how busy the machine is from the gate to its end', async () => {
    const { journal } = await drill({}, { text: UNLOADED })
    const { samples = [] } = journal.machine ?? {}
    const [first, last] = [samples[0], samples.at(-1)]
    expect((first?.atMs ?? 0) - (first?.forMs ?? 0)).toBeLessThanOrEqual((journal.timings[1]?.startedAtMs ?? 0) + 50)
    expect(last?.atMs).toBeGreaterThanOrEqual(
      journal.stages.find(({ name }) => name === 'good again')?.atMs ?? Infinity,
    )
    for (const [index, { atMs, forMs }] of samples.entries()) {
      if (index > 0) expect(atMs - forMs).toBe(samples[index - 1]?.atMs)
    }
  })

  it('is inconclusive when requests fail before the fault', async () => {
    const { journal } = await drill({ failing: true })
    expect(journal).toMatchObject({ verdict: 'inconclusive', faults: [] })
    expect(journal.reasons[0]).toMatch(/requests failed before any fault \(http 500\)/)
  })

  it('is inconclusive when the load generator did not keep up', async () => {
    const reason = 'the load generator was saturated: a thread was busy 99 % of the time (the limit is 95 %)'
    const judgeLoad = () => ({ saturated: true, lagP99Ms: 0, latenessP99Ms: 0, busyRatio: 0.99, reason })
    const { journal } = await drill({}, { judgeLoad })
    expect(journal.verdict).toBe('inconclusive')
    expect(journal.reasons[0]).toBe(reason)
  })

  it('is inconclusive when Prometheus is gone in the middle of it', async () => {
    const { journal } = await drill({ prometheusDies: true }, { text: brief(DRILL), settleTimeoutMs: 2_000 })
    expect(journal.verdict).toBe('inconclusive')
    expect(journal.reasons[0]).toMatch(/^the monitoring was down: prometheus did not answer for/)
    expect(journal.stages.find(({ name }) => name === 'good again')?.atMs).toBeNull()
  })

  it.each(['prometheus', 'alertmanager'] as const)(
    'is inconclusive when %s does not answer at the gate, or falls silent before the fault',
    async (part) => {
      const falls: NonNullable<Twist['silent']> = { part: undefined }
      const [atGate, later] = await Promise.all([
        drill({ silent: { part } }, { text: UNLOADED }),
        drill(
          { silent: falls },
          {
            onEvent: ({ kind }) => {
              if (kind === 'load') falls.part = part
            },
          },
        ),
      ])
      expect(atGate.journal).toMatchObject({ verdict: 'inconclusive', faults: [], gate: { clean: false } })
      expect(atGate.journal.reasons[0]).toMatch(/^the gate did not pass: /)
      expect(later.journal).toMatchObject({ verdict: 'inconclusive', faults: [], gate: { clean: true } })
      expect(later.journal.reasons[0]).toMatch(/^not well under load, before any fault: /)
      expect([...atGate.world.lifts, ...later.world.lifts]).toEqual([])
    },
  )

  it('is inconclusive when Alertmanager falls silent in the middle of it', async () => {
    const silent: NonNullable<Twist['silent']> = { part: undefined }
    const { journal } = await drill(
      { silent, noResponder: true },
      {
        text: brief(UNLOADED),
        settleTimeoutMs: 2_000,
        onEvent: (event) => {
          if (event.kind === 'stage' && event.stage.name === 'injected') silent.part = 'alertmanager'
        },
      },
    )
    expect(journal.verdict).toBe('inconclusive')
    expect(journal.reasons.join('\n')).toContain('the monitoring was down: alertmanager did not answer for')
  })

  it.each([
    [
      'FD_PROBE_UNREACHABLE',
      { where: 'http://127.0.0.1:9090/api/v1/rules' },
      'http://127.0.0.1:9090/api/v1/rules: no answer',
    ],
    ['FD_FOREIGN_MONITORING', { next: 'firedrill system check' }, 'no answer; firedrill system check'],
  ] as const)(
    'is inconclusive, and not errored, when the monitoring does not show what a run must know: %s',
    async (code, details, text) => {
      const undescribed = new FiredrillError(code, { message: 'no answer', ...details })
      const { journal } = await drill({ undescribed }, { text: UNLOADED })
      expect(journal).toMatchObject({ verdict: 'inconclusive', faults: [], load: null })
      expect(journal.reasons).toEqual([`nothing could be judged: ${text}`])
    },
  )

  it('is inconclusive when Prometheus is started again and what it shows is missed; otherwise it only says so', async () => {
    const restarts = { prometheusRestarts: true }
    const [missing, held] = await Promise.all([
      drill({ ...restarts, noRule: true }, { text: brief(UNLOADED) }),
      drill(restarts, { text: UNLOADED }),
    ])
    const change = /^the monitoring changed during the run: Prometheus was started again, \d+ ms after the injection$/
    expect(missing.journal.verdict).toBe('inconclusive')
    expect(missing.journal.reasons[0]).toMatch(change)
    expect(held.journal).toMatchObject({ verdict: 'held', reasons: [expect.stringMatching(change)] })
  })

  it('is inconclusive when a silence keeps Alertmanager from notifying of the alert', async () => {
    const silenced = { noResponder: true, suppression: { silencedBy: ['s-1'] } }
    const { journal } = await drill(silenced, { text: brief(UNLOADED) })
    expect(journal.verdict).toBe('inconclusive')
    expect(journal.reasons[0]).toContain('could not be judged: firing: ServiceDown')
  })

  it('knows of an alert of the calm phase that Alertmanager held it back', async () => {
    const calmAlert = { isDue: false }
    const { journal } = await drill(
      { calmAlert, suppression: { inhibitedBy: ['b'] } },
      {
        text: brief(DRILL),
        onEvent: ({ kind }) => {
          if (kind === 'load') calmAlert.isDue = true
        },
      },
    )
    expect(journal.unexpectedAlerts).toEqual([])
    expect(journal.inhibitedAlerts.map(({ alertname }) => alertname)).toEqual(['Calm'])
  })

  it('is not begun where the clock of Prometheus is another one', async () => {
    const { journal, world } = await drill({ clockAheadMs: 60_000 }, { text: UNLOADED })
    expect(journal.verdict).toBe('inconclusive')
    expect(journal.reasons[0]).toMatch(/the clock of Prometheus at http:.* is .* ahead of that of this machine$/)
    expect(world.lifts).toEqual([])
  })

  it('is inconclusive while a fault of somebody else is in force, or a budget burns', async () => {
    const [faulty, burning] = await Promise.all([
      drill({ faultBefore: true }, { text: UNLOADED }),
      drill({ burning: 14.4 }, { text: UNLOADED }),
    ])
    expect(faulty.journal.reasons[0]).toBe('the gate did not pass: the fault latency on store is in force (f-0)')
    expect(burning.journal.reasons[0]).toBe(
      'the gate did not pass: the error budget of store-availability burns 14.4 times too fast',
    )
  })

  it('takes back what an action has broken, with the faults, when nothing else repairs', async () => {
    const method =
      'method: [{ at: 1s, action: configure, target: store, settings: { MAX_REQUESTS: "1", RISKY_SEED: 3 } }]'
    const text = UNLOADED.replace(/method:[\s\S]*$/, `${method}\nexpectations: [{ steady: true, within: 500ms }]`)
    const { journal, world } = await drill({}, { text })
    expect(journal).toMatchObject({ verdict: 'deviated', repairedBy: 'fault lifted', faults: [] })
    expect(world.calls).toEqual([
      'configure store {"MAX_REQUESTS":"1","RISKY_SEED":"3"}',
      'configure store {"MAX_REQUESTS":null,"RISKY_SEED":null}',
    ])
    const leased = 'store {"settings":{"MAX_REQUESTS":null,"RISKY_SEED":null}}'
    expect(world.leases).toEqual([leased, `settled ${leased}`])
    expect(journal.steps).toMatchObject([
      {
        index: 0,
        kind: 'action',
        text: 'configure store MAX_REQUESTS=1 RISKY_SEED=3',
        due: 'at 1.00 s',
        ok: true,
        putBack: { ok: true },
      },
    ])
    expect(journal.stages[0]).toMatchObject({ name: 'injected', sinceInjectedMs: 0 })
  })

  it('leaves what an action has repaired until the load is over, and puts it back then', async () => {
    const text = UNLOADED.replace(
      /method:[\s\S]*$/,
      `method:
  - { at: 1s, action: configure, target: store, settings: { MAX_REQUESTS: "1" } }
  - { at: 2500ms, action: configure, target: store, settings: { MAX_REQUESTS: "2" } }
expectations: [{ steady: true, within: 5s }]`,
    )
    const { journal, world } = await drill({}, { text })
    expect(journal).toMatchObject({ verdict: 'held', repairedBy: 'drill' })
    expect(world.calls.map((call) => call.replace('configure store ', ''))).toEqual([
      '{"MAX_REQUESTS":"1"}',
      '{"MAX_REQUESTS":"2"}',
      '{"MAX_REQUESTS":null}',
      '{"MAX_REQUESTS":null}',
    ])
    expect(journal.timings.map(({ name }) => name)).toContain('put back')
  })

  it('begins a step when its condition comes true', async () => {
    const step = '  - { when: { alert: ServiceDown, within: 3s }, action: restart, target: store }\nexpectations:'
    const text = brief(UNLOADED)
      .replace('expectations:', step)
      .replace(/.*action: restart, target: store, within.*\n/, '')
    const { journal, world } = await drill({ noResponder: true }, { text })
    expect(journal).toMatchObject({ verdict: 'held', repairedBy: 'drill' })
    expect(world.calls).toEqual(['restart store'])
    expect(journal.steps[1]).toMatchObject({ due: 'when ServiceDown fires, within 3.00 s', ok: true, putBack: null })
  })

  it('deviates when a condition does not come true after a fault, and proves nothing when none was injected', async () => {
    const step = '{ when: { alert: Nothing, within: 300ms }, action: clearFaults }'
    const [after, before] = await Promise.all([
      drill({}, { text: brief(UNLOADED).replace('expectations:', `  - ${step}\nexpectations:`) }),
      drill({}, { text: brief(UNLOADED).replace(/method:[\s\S]*?expectations:/, `method: [${step}]\nexpectations:`) }),
    ])
    const reason = 'clear all faults did not begin when Nothing fires, within 300 ms: it did not fire'
    expect(after.journal).toMatchObject({ verdict: 'deviated', reasons: [`missed: ${reason}`] })
    expect(before.journal.verdict).toBe('inconclusive')
    expect(before.journal.reasons[0]).toBe(`a step did not begin: ${reason}`)
    expect(before.world.calls).toEqual([])
  })

  it('counts the budget that was burnt, by events and by rules, and holds it against the expectation', async () => {
    const text = `${DRILL}  - budget: { objective: store-availability, atMost: 5% }\n`
    const { journal } = await drill({}, { text, objectives: [AVAILABILITY] })
    const [burnt] = journal.budgets
    expect(burnt).toMatchObject({
      objective: 'store-availability',
      targetPercent: 99.9,
      byEvents: { total: 1_000, failed: 2 },
      byRules: { total: 1_000, failed: 2 },
    })
    const share = ((burnt?.toMs ?? 0) - (burnt?.fromMs ?? 0)) / (burnt?.periodMs ?? 1)
    expect(burnt?.byEvents?.burntRatio).toBeCloseTo((2 / 1_000 / 0.001) * share, 6)
    expect(journal.expectations.at(-1)).toMatchObject({ kind: 'budget', met: true, withinMs: null })
    const strict = await drill({}, { text: text.replace('5%', '0.001%'), objectives: [AVAILABILITY] })
    expect(strict.journal.reasons.join('\n')).toMatch(/missed: budget of store-availability burnt at most 0.001 % \(/)
    const unknown = await drill({}, { text: text.replace(/load: .*/, 'load: none') })
    expect(unknown.journal).toMatchObject({ verdict: 'inconclusive' })
  })

  it('reports every request of its load as its users saw it, also those that reached no process', async () => {
    const { journal, world } = await drill()
    const { requests = 0, failures = 0, failuresByCause = {} } = journal.load ?? {}
    expect(failuresByCause.refused).toBeGreaterThan(0)
    expect(world.reported).toEqual({ good: requests - failures, unanswered: failures })
  })

  it('keeps what happened second by second, and what judged each expectation', async () => {
    const { journal } = await drill()
    const { series, expectations } = journal
    expect(series?.load.requests.reduce((sum, one) => sum + one, 0)).toBe(journal.load?.requests)
    expect(series?.load.failures.reduce((sum, one) => sum + one, 0)).toBe(journal.load?.failures)
    expect(series?.up[0]).toMatchObject({ service: 'store', instance: 'store-1' })
    expect(series?.up[0]?.changes.map(({ up }) => up)).toEqual([true, false, true])
    expect(series?.alerts).toMatchObject([{ alertname: 'ServiceDown', endedAtMs: expect.any(Number) }])
    expect(expectations.map(({ kind, samples }) => [kind, samples.at(-1)?.passes])).toEqual([
      ['metric', true],
      ['alert', true],
      ['action', true],
      ['steady', true],
      ['noOtherAlert', undefined],
    ])
    // There may be a scrape between the last look before the fault and the fault.
    expect([[0], [1, 0]]).toContainEqual(expectations[0]?.samples.map(({ value }) => value))
  })

  it('is aborted by its signal, with the fault lifted and the load stopped', async () => {
    const controller = new AbortController()
    const { journal, world } = await drill(
      { noResponder: true },
      {
        signal: controller.signal,
        onEvent: (event) => {
          if (event.kind === 'stage' && event.stage.name === 'seen') controller.abort(new Error('SIGINT'))
        },
      },
    )
    expect(journal.verdict).toBe('aborted')
    // What was cut off was not missed.
    expect(journal.reasons).toEqual(['stopped: SIGINT'])
    expect(journal.expectations.map(({ kind, met, tried }) => [kind, met, tried])).toEqual([
      ['metric', true, true],
      ['alert', true, true],
      ['action', false, false],
      ['steady', false, false],
      ['noOtherAlert', false, false],
    ])
    expect(journal.expectations[3]?.observed).toMatch(/^the run was stopped after .* m?s, before this was judged$/)
    expect(world.lifts).toEqual(['f-1'])
    expect(journal.faults[0]?.lifted?.changed).toBe(true)
  })

  it('leaves a stack alone that was stopped during the run, and says so', async () => {
    const controller = new AbortController()
    const gone = Object.assign(new Error('the stack was stopped during the run'), { code: 'FD_DRILL_STACK_GONE' })
    const { journal, world } = await drill(
      { liftFails: true },
      {
        text: UNLOADED,
        signal: controller.signal,
        onEvent: (event) => event.kind === 'stage' && event.stage.name === 'injected' && controller.abort(gone),
      },
    )
    expect(journal).toMatchObject({ verdict: 'aborted', reasons: ['stopped: the stack was stopped during the run'] })
    expect(world.lifts).toEqual([])
  })

  it('proves nothing, and injects nothing, under a load whose own code fails', async ({ onTestFinished }) => {
    const task = async () => {
      throw new Error('boom')
    }
    const all: Record<string, unknown> = journeys
    all.broken = { summary: 'Fails by itself', service: 'store', tasks: [{ weight: 1, task }] }
    // Other tests that run later in this process list the journeys that ship.
    onTestFinished(() => void delete all.broken)
    const { journal, world } = await drill({}, { text: DRILL.replace('journey: browse', 'journey: broken') })
    expect(journal).toMatchObject({ verdict: 'inconclusive', faults: [], gate: { clean: true } })
    expect(journal.reasons[0]).toMatch(
      /^not well under load, before any fault: the load is broken: the journey's own code failed, \d+ ×: task: boom$/,
    )
    expect(Object.values(journal.load?.thrown ?? {})[0]).toBeGreaterThan(0)
    expect(world.lifts).toEqual([])
  })

  it('watches for as long as the drill says, also when all has been seen', async () => {
    const text = UNLOADED.replace('expectations:', 'watch: 3s\nexpectations:')
    const { journal } = await drill({}, { text })
    expect(journal.verdict).toBe('held')
    expect(journal.timings.find(({ name }) => name === 'watch')?.tookMs).toBeGreaterThanOrEqual(2_900)
  })

  it('emits what happened in the order in which it happened, every step and every undoing', async () => {
    const steps = '  - { at: 1300ms, action: clearFaults }\nexpectations:'
    const { events } = await drill({}, { text: UNLOADED.replace('expectations:', steps) })
    const emitted = events.flatMap((event) => {
      // One whose time turns out to be another is emitted again, later.
      if (event.kind === 'stage' && event.before !== undefined) return []
      if (event.kind === 'stage') return [{ what: event.stage.name as string, ms: event.stage.sinceInjectedMs ?? 0 }]
      if (event.kind === 'step' || event.kind === 'lifted') return [{ what: event.kind, ms: event.sinceInjectedMs }]
      return []
    })
    expect(emitted.map(({ what }) => what)).toEqual(
      expect.arrayContaining(['injected', 'step', 'good again', 'lifted']),
    )
    expect(emitted.map(({ ms }) => ms)).toEqual(emitted.map(({ ms }) => ms).toSorted((a, b) => a - b))
  })

  it('is aborted before anything was broken when the signal comes under way', async () => {
    const controller = new AbortController()
    const onEvent = ({ kind }: DrillEvent) => kind === 'load' && controller.abort(new Error('SIGTERM'))
    const { journal, world } = await drill({}, { signal: controller.signal, onEvent })
    expect(journal).toMatchObject({ verdict: 'aborted', reasons: ['stopped: SIGTERM'], faults: [] })
    expect(world.lifts).toEqual([])
  })

  it('is errored when the fault cannot be injected', async () => {
    const { journal } = await drill({ injectFails: true })
    expect(journal).toMatchObject({ verdict: 'errored', reasons: ['the control server said no'], faults: [] })
    expect(journal.load?.failures).toBe(0)
  })

  it('is errored when the fault cannot be lifted, and says what will', async () => {
    const { journal } = await drill({ liftFails: true })
    expect(journal.verdict).toBe('errored')
    expect(journal.reasons[0]).toBe(
      'kill store could not be lifted; its own limit of 50.0 s undoes it: the control server is gone',
    )
  })

  it('is errored when the stack lacks what the drill names', async () => {
    const { journal } = await drill({}, { text: DRILL.replace('http: store', 'http: shop') })
    expect(journal.verdict).toBe('errored')
    expect(journal.reasons[0]).toBe('FD_DRILL_STACK the stack has no running service "shop"')
  })

  it('watches for false alarms when there is no fault', async () => {
    const text = DRILL.replace(
      /method:[\s\S]*$/,
      'method: []\nexpectations: [{ steady: true, within: 2s }, { noOtherAlert: true }]',
    )
    const { journal } = await drill({}, { text })
    expect(journal).toMatchObject({ verdict: 'held', reasons: [], mttrMs: null, repairedBy: null, faults: [] })
    expect(journal.timings.find(({ name }) => name === 'watch')?.tookMs).toBeGreaterThanOrEqual(2_000)
    expect(journal.load?.failures).toBe(0)
  })
})
