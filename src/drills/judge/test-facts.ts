import type { IncidentView } from '../../probes/incident-view.ts'
import { profiles } from '../../stack/profile.ts'
import { floorOf, livenessClock } from '../clocks/floor.ts'
import { nothingBurnt } from '../evidence/burnt-before.ts'
import { Observations } from '../evidence/observations.ts'
import { SteadyRecord, type SteadyState } from '../evidence/steady-record.ts'
import { parseDrill } from '../file/drill-file.ts'
import { metricsToWatch } from '../watch/metric-watch.ts'
import type { Facts } from './facts.ts'

/** Zero of the facts below, in epoch milliseconds. */
export const ZERO_MS = 1_700_000_000_000

const DRILL = `
title: T
why: W
steadyState: [{ http: store, path: /ready }]
load: { journey: browse, users: 1, spawnRate: 1 }
method: [{ at: 0s, fault: kill, target: store }]
expectations:
  - { metric: up, is: "== 0", within: 1s }
  - { alert: ServiceDown, labels: { service: store }, within: 1s }
  - { action: restart, target: store, within: 2s }
  - { steady: true, within: 3s }
  - noOtherAlert: true
`

/** Labels of the expected alert. */
export const DOWN = { alertname: 'ServiceDown', service: 'store', instance: 'store-1' }

/** A run of the drill above, or of `text`, `nowMs` after its injection; what was seen is added through `observations`. */
export function factsAt(nowMs: number, text = DRILL): Facts {
  const drill = parseDrill(text, 'drills/x.yaml')
  const { timing } = profiles.lab
  const [step] = drill.method
  const landing = { landed: true, atMs: ZERO_MS, proof: 'pid 1 is gone' }
  return {
    drill,
    timing,
    floor: floorOf(timing, livenessClock(timing)),
    alertRules: [],
    stableMs: 600,
    zeroMs: ZERO_MS,
    steps: [],
    burntBefore: nothingBurnt,
    injected:
      step?.kind !== 'fault'
        ? []
        : [{ step, askedAtMs: ZERO_MS - 3, fault: { id: 'f', injectedAtMs: ZERO_MS, landing } }],
    observations: new Observations(new SteadyRecord(['ready'], ZERO_MS - 50), metricsToWatch(drill)),
    nowMs: ZERO_MS + nowMs,
  }
}

/** An incident of the expected alert; times are milliseconds since zero. */
export function incidentAt(receivedMs: number, more: Partial<IncidentView> = {}): IncidentView {
  return {
    id: 'i-1',
    number: 1,
    alertname: 'ServiceDown',
    labels: DOWN,
    startsAtMs: ZERO_MS + receivedMs - 5,
    receivedAtMs: ZERO_MS + receivedMs,
    status: 'waiting',
    target: 'store-1',
    inProgress: true,
    actions: [],
    ...more,
  }
}

/** A look at the steady state that took 4 ms and began `startedMs` after zero. */
export function lookAt(startedMs: number, state: SteadyState) {
  const startedAtMs = ZERO_MS + startedMs
  return { probe: 'ready', state, startedAtMs, endedAtMs: startedAtMs + 4, detail: state }
}
