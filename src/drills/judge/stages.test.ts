import { describe, expect, it } from 'vitest'
import type { ReceivedAlert } from '../../probes/received-alert.ts'
import type { Stage, StageName } from '../journal/schema/stage.ts'
import type { Facts } from './facts.ts'
import { allSeen, detectedStage, readStages, STAGES } from './stages.ts'
import { DOWN, factsAt, incidentAt, lookAt, ZERO_MS } from './test-facts.ts'

const stageOf = (facts: Facts, name: StageName) => readStages(facts).find((stage) => stage.name === name)
const firing = (activeMs: number) => ({ labels: DOWN, state: 'firing' as const, activeAtMs: ZERO_MS + activeMs })

describe('readStages', () => {
  it('lists every stage in order, also when nothing was seen, and says why not', () => {
    const stages = readStages(factsAt(5_000))
    expect(stages.map(({ name }) => name)).toEqual(STAGES.map(({ name }) => name))
    expect(stages.map(({ atMs, detail }) => (atMs === null ? detail : '-'))).toEqual([
      '-',
      'no sample with up == 0; the last was none',
      'ServiceDown{service="store"} was never active',
      'ServiceDown{service="store"} never fired',
      'ServiceDown{service="store"} was never seen in Alertmanager',
      'no webhook of it arrived',
      'the responder did not act',
      'the responder did not act',
      'the steady state was never left',
      'no webhook of it arrived',
    ])
  })

  it('takes each time from its source', () => {
    const facts = factsAt(5_000)
    const { observations } = facts
    const [metric] = observations.metrics
    const up = (atMs: number, value: number) => ({ atMs: ZERO_MS + atMs, value })
    const samples = [up(-300, 1), up(200, 0), up(700, 0), up(1_200, 1)]
    if (metric !== undefined) observations.addSamples(metric, [{ labels: { instance: 'store-1' }, samples }])
    observations.addRuleAlerts([firing(290)], ZERO_MS + 350)
    const held = { labels: DOWN, startsAtMs: ZERO_MS + 291, updatedAtMs: ZERO_MS + 294, status: 'active' as const }
    observations.addHeldAlerts([held])
    observations.addHeldAlerts([{ ...held, updatedAtMs: ZERO_MS + 2_000 }])
    const more = { actingAtMs: ZERO_MS + 310, actedAtMs: ZERO_MS + 700, resolvedAtMs: ZERO_MS + 1_800 }
    observations.incidents = [incidentAt(300, { ...more, startsAtMs: ZERO_MS + 291, endsAtMs: ZERO_MS + 1_300 })]
    observations.steady.add(lookAt(40, 'bad'))
    observations.steady.add(lookAt(1_210, 'good'))
    expect(readStages(facts).map(({ sinceInjectedMs }) => sinceInjectedMs)).toEqual([
      0, 200, 290, 291, 294, 300, 310, 700, 1_214, 1_300,
    ])
    expect(stageOf(facts, 'seen')).toMatchObject({ detail: 'up == 0, store-1', resolutionMs: 500 })
  })

  it('is one story when an alert fires again before its end was notified of', () => {
    const facts = { ...factsAt(20_000), withoutResponder: true as const }
    const { observations } = facts
    observations.addRuleAlerts([firing(300)], ZERO_MS + 350)
    observations.addRuleAlerts([], ZERO_MS + 1_000)
    observations.addRuleAlerts([firing(2_000)], ZERO_MS + 2_050)
    expect(stageOf(facts, 'resolved')).toMatchObject({ atMs: null, detail: 'it was still active at the last look' })
    observations.addRuleAlerts([], ZERO_MS + 3_000)
    expect(stageOf(facts, 'resolved')).toMatchObject({
      sinceInjectedMs: 2_050,
      detail: 'the last look at which Prometheus held it active; it fired 2 times',
    })
    expect(stageOf(facts, 'firing')).toMatchObject({ sinceInjectedMs: 350 })
  })

  it('does not notify of an alert that Alertmanager holds back', () => {
    const facts = factsAt(5_000)
    const suppression = { silencedBy: ['s-1'], inhibitedBy: [], mutedBy: [] }
    const times = { startsAtMs: ZERO_MS + 291, updatedAtMs: ZERO_MS + 294 }
    facts.observations.addHeldAlerts([{ labels: DOWN, ...times, status: 'suppressed', suppression }])
    facts.observations.addSilences([{ id: 's-1', comment: '', createdBy: 'alice', endsAtMs: 0, matchers: [] }])
    expect(stageOf(facts, 'notified')).toMatchObject({
      atMs: null,
      detail: 'ServiceDown{service="store"} is in Alertmanager, silenced by alice: nobody is notified',
    })
  })

  it('puts what was under way at the injection on the injection, and says so', () => {
    const facts = factsAt(1_000)
    const [metric] = facts.observations.metrics
    if (metric !== undefined) {
      facts.observations.addSamples(metric, [{ labels: {}, samples: [{ atMs: ZERO_MS - 8, value: 0 }] }])
    }
    expect(stageOf(facts, 'seen')).toMatchObject({
      sinceInjectedMs: 0,
      detail: 'up == 0 (stamped 8 ms earlier, under way at the injection)',
    })
  })

  it('does not claim good again before it has lasted', () => {
    const facts = factsAt(1_500)
    facts.observations.steady.add(lookAt(40, 'bad'))
    facts.observations.steady.add(lookAt(1_000, 'good'))
    expect(stageOf(facts, 'good again')).toMatchObject({ atMs: null, detail: 'all is good, but not for long enough' })
    expect(stageOf({ ...facts, nowMs: ZERO_MS + 1_604 }, 'good again')?.sinceInjectedMs).toBe(1_004)
  })

  it('names what held the responder back', () => {
    const facts = factsAt(1_000)
    const decision = { action: 'restart', target: 'store-1', reason: 'acted on a moment ago', suppressed: 'cooldown' }
    facts.observations.incidents = [incidentAt(300, { decision })]
    expect(stageOf(facts, 'acting')).toMatchObject({ atMs: null, detail: 'held back: acted on a moment ago' })
  })

  it('says that an alert fired in Prometheus and never arrived in Alertmanager', () => {
    const facts = factsAt(1_000)
    facts.observations.addRuleAlerts([firing(290)], ZERO_MS + 350)
    expect(stageOf(facts, 'firing')).toMatchObject({
      sinceInjectedMs: 350,
      detail: 'ServiceDown{service="store"}, as Prometheus says',
    })
    expect(stageOf(facts, 'notified')?.atMs).toBeNull()
  })
})

describe('the stages of a system without a responder', () => {
  it('end with Alertmanager: it has the alert, and Prometheus shows when that was over', () => {
    const facts = { ...factsAt(9_000), withoutResponder: true as const }
    const labels = DOWN
    facts.observations.addRuleAlerts([{ labels, state: 'firing', activeAtMs: ZERO_MS + 500 }], ZERO_MS + 700)
    const held = { labels, startsAtMs: ZERO_MS + 600, updatedAtMs: ZERO_MS + 605, status: 'active' as const }
    facts.observations.addHeldAlerts([held])
    const at = (name: string) => readStages(facts).find((stage) => stage.name === name)
    expect(at('resolved')).toMatchObject({ atMs: null, detail: 'it was still active at the last look' })
    facts.observations.addRuleAlerts([], ZERO_MS + 900)
    expect(at('notified')?.sinceInjectedMs).toBe(605)
    expect(at('resolved')?.sinceInjectedMs).toBe(700)
    for (const name of ['received', 'acting', 'acted']) {
      expect(at(name)).toMatchObject({ atMs: null, detail: 'the system has no responder whose log could be read' })
    }
    expect(detectedStage(facts)).toBe('notified')
  })
})

describe('allSeen', () => {
  const stages = (names: readonly StageName[]): Stage[] =>
    readStages(factsAt(0)).map((stage) => ({ ...stage, atMs: names.includes(stage.name) ? ZERO_MS : null }))
  const reached: StageName[] = ['seen', 'pending', 'firing', 'notified', 'good again', 'resolved']
  const facts = (changes: Partial<Facts> = {}, expectations = factsAt(0).drill.expectations): Facts => ({
    ...factsAt(0),
    ...changes,
    drill: { ...factsAt(0).drill, expectations },
  })
  const unacted = factsAt(0).drill.expectations.filter(({ kind }) => kind !== 'action')

  it.each([
    ['all of them', [...reached, 'received', 'acting', 'acted'], facts(), true],
    ['no action, where one is expected', [...reached, 'received'], facts(), false],
    ['no action, where none is expected', [...reached, 'received'], facts({}, unacted), true],
    [
      'an action that nobody expected and that is under way',
      [...reached, 'received', 'acting'],
      facts({}, unacted),
      false,
    ],
    ['an alert that nobody received', reached, facts({}, unacted), false],
    ['an alert that there is no responder for', reached, facts({ withoutResponder: true }, unacted), true],
    ['an alert that is not over', reached.slice(0, -1), facts({ withoutResponder: true }, unacted), false],
  ] as const)('of %s', (_, names, given, expected) => {
    expect(allSeen(stages(names), given)).toBe(expected)
  })
})

describe('the stages of a system without a responder, of whose notifications copies are received', () => {
  const copy = (more: Partial<ReceivedAlert> = {}): ReceivedAlert => ({
    form: 'alertmanager',
    receiver: 'team-pager',
    alertname: 'ServiceDown',
    labels: DOWN,
    startsAtMs: ZERO_MS + 600,
    receivedAtMs: ZERO_MS + 1_700,
    notifications: 1,
    ...more,
  })
  const factsWith = (...received: ReceivedAlert[]): Facts => {
    const facts = { ...factsAt(9_000), withoutResponder: true as const, receivesCopies: true as const }
    facts.observations.addRuleAlerts([firing(500)], ZERO_MS + 700)
    facts.observations.addRuleAlerts([], ZERO_MS + 900)
    facts.observations.received = received
    return facts
  }

  it('end with the arrival of the first copy, and with what the copy says of the end', () => {
    const facts = factsWith(
      copy({ receivedAtMs: ZERO_MS + 2_000 }),
      copy({ resolvedAtMs: ZERO_MS + 5_000, endsAtMs: ZERO_MS + 4_000 }),
    )
    expect(stageOf(facts, 'received')).toMatchObject({
      sinceInjectedMs: 1_700,
      source: 'arrival of a copy of the notification',
      detail: 'of team-pager, alertmanager',
    })
    expect(stageOf(facts, 'resolved')?.sinceInjectedMs).toBe(4_000)
    expect(detectedStage(facts)).toBe('received')
  })

  it('have an end by Prometheus where nobody is notified of one', () => {
    expect(stageOf(factsWith(copy()), 'resolved')?.sinceInjectedMs).toBe(700)
  })

  it.each([
    ['of another alert', copy({ alertname: 'Another', labels: { ...DOWN, alertname: 'Another' } })],
    ['of another service', copy({ labels: { ...DOWN, service: 'quotes' } })],
    ['of an alert from before', copy({ startsAtMs: ZERO_MS - 60_000 })],
    [
      'whose text only has a longer name',
      copy({ labels: undefined, alertname: undefined, text: 'ServiceDownAgain' } as never),
    ],
  ])('do not count a copy %s', (_, other) => {
    expect(stageOf(factsWith(other), 'received')).toMatchObject({
      atMs: null,
      detail: 'no copy of a notification of it arrived',
    })
  })

  it('count a message whose text has the name of the alert, and say so', () => {
    const { labels: _, alertname: __, receiver: ___, startsAtMs: ____, ...message } = copy()
    const facts = factsWith({ ...message, form: 'slack', text: '[FIRING:1] ServiceDown (store critical)' })
    expect(stageOf(facts, 'received')).toMatchObject({ sinceInjectedMs: 1_700, detail: 'of slack, by its text' })
  })
})
