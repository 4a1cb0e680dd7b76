import { describe, expect, it } from 'vitest'
import type { IncidentView } from '../../probes/incident-view.ts'
import type { Actor, RuntimeEvent } from '../../runtimes/runtime.ts'
import { attribute } from './attribution.ts'

let sequence = 0
const event = (atMs: number, kind: RuntimeEvent['kind'], actor: Actor, replica = 'store-1'): RuntimeEvent => {
  sequence += 1
  return { sequence, atMs, kind, actor, replica, service: replica.replace(/-\d+$/, '') }
}
const incident: IncidentView = {
  id: 'i-7',
  number: 7,
  alertname: 'ServiceDown',
  labels: {},
  startsAtMs: 1_200,
  receivedAtMs: 1_210,
  status: 'verifying',
  target: 'store',
  inProgress: true,
  actions: [],
  decision: { action: 'restart', target: 'store', reason: 'policy' },
  actingAtMs: 1_220,
}
const nothingLifted = { liftedAtMs: 9_000, changed: false, detail: 'store-1 runs' }
const base = {
  faults: [{ service: 'store', injectedAtMs: 1_000 }],
  brokenAtMs: 1_050,
  injectedAtMs: 1_000,
  actions: [],
  incidents: [] as IncidentView[],
  lifted: [nothingLifted],
  goodAgainAtMs: 2_000 as number | null,
}

describe('attribute', () => {
  it.each<[string, RuntimeEvent[], string]>([
    ['the responder', [event(1_001, 'exited', 'fault'), event(1_300, 'starting', 'responder')], 'responder'],
    ['the restart policy', [event(1_010, 'starting', 'restart-policy')], 'restart-policy'],
    ['an operator', [event(1_500, 'starting', 'operator')], 'operator'],
    ["the fault's own time limit", [event(5_000, 'starting', 'fault')], 'fault lifted'],
    ['the lifting of a pause', [event(1_000, 'paused', 'fault'), event(5_000, 'resumed', 'fault')], 'fault lifted'],
    [
      'the first of two',
      [
        event(1_300, 'starting', 'responder'),
        event(1_400, 'healthy', 'responder'),
        event(1_500, 'starting', 'operator'),
      ],
      'responder',
    ],
    [
      'the second, when the first start ended in an exit',
      [
        event(1_300, 'starting', 'responder'),
        event(1_350, 'exited', 'responder'),
        event(1_500, 'starting', 'operator'),
      ],
      'operator',
    ],
    ['nobody, when only others were started', [event(1_300, 'starting', 'responder', 'worker-1')], 'nobody'],
    ['nobody, when the start was before the injection', [event(999, 'starting', 'operator')], 'nobody'],
  ])('names %s', (_, events, expected) => {
    expect(attribute({ ...base, events }).repairedBy).toBe(expected)
  })

  it('takes no replica that an autoscaler has added for a repair', () => {
    const scaled = event(1_100, 'scaled', 'restart-policy', 'store')
    const added = [event(1_200, 'starting', 'restart-policy', 'store-3'), event(1_300, 'healthy', 'itself', 'store-3')]
    const lifted = [{ liftedAtMs: 1_900, changed: true, detail: 'took the policy away' }]
    expect(attribute({ ...base, events: [scaled, ...added], lifted }).repairedBy).toBe('fault lifted')
    const again = [event(1_400, 'exited', 'itself', 'store-1'), event(1_500, 'starting', 'restart-policy', 'store-1')]
    expect(attribute({ ...base, events: [scaled, ...added, ...again], lifted })).toMatchObject({
      repairedBy: 'restart-policy',
      evidence: expect.stringContaining('first start of store-1'),
    })
  })

  it('looks at the replica only when the fault was aimed at one', () => {
    const events = [event(1_100, 'starting', 'operator', 'store-1'), event(1_200, 'starting', 'responder', 'store-2')]
    const faults = [{ service: 'store', replica: 'store-2', injectedAtMs: 1_000 }]
    expect(attribute({ ...base, faults, events }).repairedBy).toBe('responder')
  })

  it('names who set the last of several targets going: until then the repair was not complete', () => {
    const faults = [
      { service: 'store', injectedAtMs: 1_000 },
      { service: 'worker', injectedAtMs: 1_050 },
    ]
    const events = [
      event(1_200, 'starting', 'restart-policy', 'worker-1'),
      event(1_400, 'starting', 'responder', 'store-1'),
    ]
    expect(attribute({ ...base, faults, events })).toMatchObject({
      repairedBy: 'responder',
      evidence: expect.stringContaining('first start of store-1'),
    })
    expect(attribute({ ...base, faults: faults.toReversed(), events }).repairedBy).toBe('responder')
  })

  it('names the drill when its own action started the target', () => {
    const actions = [{ text: 'restart store', services: ['store'], startedAtMs: 1_200, endedAtMs: 1_800 }]
    expect(attribute({ ...base, actions, events: [event(1_300, 'starting', 'operator')] })).toEqual({
      repairedBy: 'drill',
      evidence: expect.stringContaining('by the drill itself (restart store)'),
    })
    expect(attribute({ ...base, actions, events: [event(1_900, 'starting', 'operator')] }).repairedBy).toBe('operator')
  })

  it('takes an action for the cause when it had begun by the first bad answer, and names who mended it', () => {
    const actions = [{ text: 'configure store', services: ['store'], startedAtMs: 1_000, endedAtMs: 1_400 }]
    const events = [event(1_100, 'starting', 'operator'), event(1_900, 'starting', 'responder')]
    expect(attribute({ ...base, faults: [], actions, events })).toMatchObject({
      repairedBy: 'responder',
      evidence: expect.stringContaining('+0.900 s, by responder'),
    })
    expect(attribute({ ...base, faults: [], actions, brokenAtMs: 900, events }).repairedBy).toBe('drill')
  })

  it('names the lifting when nobody started anything and it changed something', () => {
    const lifted = [{ liftedAtMs: 1_900, changed: true, detail: 'took the latency off' }]
    expect(attribute({ ...base, events: [], lifted })).toEqual({
      repairedBy: 'fault lifted',
      evidence: 'took the latency off',
    })
  })

  it('names nobody when the steady state did not come back', () => {
    const events = [event(1_300, 'starting', 'responder')]
    expect(attribute({ ...base, events, goodAgainAtMs: null })).toEqual({
      repairedBy: 'nobody',
      evidence: 'the steady state did not come back',
    })
  })

  it('says what it was concluded from', () => {
    sequence = 40
    const events = [event(1_300, 'starting', 'responder')]
    expect(attribute({ ...base, events, incidents: [incident] }).evidence).toBe(
      'first start of store-1 after the injection: +0.300 s, by responder, incident i-7 (event 41)',
    )
  })
})
