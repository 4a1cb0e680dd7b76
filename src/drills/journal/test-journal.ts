import type { IncidentView } from '../../probes/incident-view.ts'
import type { Journal } from './journal.ts'
import type { ExpectationResult } from './schema/expectation-result.ts'
import type { Stage, StageName } from './schema/stage.ts'

/** Zero of a made-up run, in epoch milliseconds. */
export const ZERO_MS = Date.UTC(2026, 0, 2, 3, 4, 5)

/** Names that would be markup, were they not escaped. */
export const HOSTILE = '<script>alert("1")</script> | `x` @someone #1 \u0007'

const stage = (name: StageName, since: number | null, resolutionMs: number, detail: string): Stage => ({
  name,
  atMs: since === null ? null : ZERO_MS + since,
  sinceInjectedMs: since,
  source: `where ${name} is read`,
  resolutionMs,
  detail,
})

const expectation = (
  kind: ExpectationResult['kind'],
  text: string,
  since: number | null,
  withinMs: number | null,
  observed: string,
): ExpectationResult => ({
  kind,
  text,
  met: true,
  tried: true,
  atMs: since === null ? null : ZERO_MS + since,
  sinceInjectedMs: since,
  withinMs,
  observed,
  floor: kind === 'metric' ? { minMs: 0, meanMs: 250, maxMs: 500 } : null,
  samples: since === null ? [] : [{ atMs: ZERO_MS + since, source: observed, value: 0, passes: true }],
})

const incident: IncidentView = {
  id: '24ec',
  number: 1,
  alertname: 'ServiceDown',
  labels: { alertname: 'ServiceDown', service: 'store' },
  startsAtMs: ZERO_MS + 290,
  receivedAtMs: ZERO_MS + 310,
  status: 'helped',
  target: 'store-1',
  inProgress: false,
  actions: [
    { action: 'restart', target: 'store-1', actingAtMs: ZERO_MS + 330, actedAtMs: ZERO_MS + 940, ok: true },
    { action: 'notify', target: 'people', actingAtMs: ZERO_MS + 330, notifies: true },
  ],
}

/** The store is killed under load, and the responder restarts it: the same run each time. */
export function heldJournal(): Journal {
  const requests = Array.from({ length: 12 }, (_, second) => (second === 5 ? 120 : 60 + second))
  return {
    schemaVersion: 1,
    drill: {
      title: 'The store crashes under load',
      why: 'A crash is the plainest failure there is.',
      file: 'drills/store-crash.yaml',
      sha256: 'ab12'.repeat(16),
    },
    startedAt: new Date(ZERO_MS - 5_500).toISOString(),
    verdict: 'held',
    reasons: [],
    mttdMs: 310,
    mttrMs: 1_420,
    repairedBy: 'responder',
    repairedByEvidence: 'first start of store-1 after the injection: +0.330 s, by responder, incident 24ec (event 31)',
    stages: [
      stage('injected', 0, 1, 'kill store: pid 4711 is gone'),
      stage('seen', 212, 500, 'up{service="store"} == 0, store-1'),
      stage('pending', 290, 100, 'ServiceDown{service="store"}'),
      stage('firing', 290, 100, 'ServiceDown{service="store"}'),
      stage('notified', 301, 100, 'ServiceDown{service="store"} is in Alertmanager'),
      stage('received', 310, 1, 'incident 24ec'),
      stage('acting', 330, 1, 'restart store-1'),
      stage('acted', 940, 1, 'restart store-1'),
      stage('good again', 1_420, 500, 'store /ready 200'),
      stage('resolved', null, 100, 'no webhook has said that the alert ended'),
    ],
    expectations: [
      expectation('metric', 'seen: up{service="store"} == 0', 212, 2_000, 'up{service="store", instance="store-1"}'),
      expectation('alert', 'firing: ServiceDown{service="store"}', 290, 2_000, 'startsAt in Alertmanager'),
      expectation('action', 'acted: restart store by responder', 940, 3_000, 'incident 24ec'),
      expectation('steady', 'steady again', 1_420, 4_000, 'every steady-state probe stayed good'),
      expectation('noOtherAlert', 'no other alert', null, null, 'no other alert fired'),
    ],
    floor: {
      seen: { minMs: 0, meanMs: 250, maxMs: 500 },
      firing: { minMs: 0, meanMs: 300, maxMs: 600 },
      received: { minMs: 0, meanMs: 300, maxMs: 600 },
    },
    load: {
      requests: 840,
      failures: 31,
      failuresByCause: { refused: 30, timeout: 1 },
      durationMs: 12_000,
      ratePerSecond: 70,
      latencyMs: { p50: 4.2, p95: 12.5, p99: 40.1, max: 210 },
      firstFailureMs: ZERO_MS + 20,
      lastFailureMs: ZERO_MS + 920,
      longestFailingMs: 900,
      journey: 'browse',
      users: 20,
      ratePerSecondPlanned: null,
      saturation: { saturated: false, lagP99Ms: 11, latenessP99Ms: 2.5, busyRatio: 0.12 },
    },
    felt: {
      firstFailureMs: ZERO_MS + 20,
      lastFailureMs: ZERO_MS + 920,
      failures: 31,
      requests: 520,
      windowMs: 900,
    },
    blindSpotMs: 192,
    budgets: [
      {
        objective: 'store-availability',
        service: 'store',
        name: 'availability',
        targetPercent: 99.5,
        periodMs: 86_400_000,
        fromMs: ZERO_MS,
        toMs: ZERO_MS + 6_500,
        byEvents: { total: 490, failed: 1, burntRatio: 0.0004, toMs: ZERO_MS + 6_500 },
        byRules: { total: 489, failed: 1, burntRatio: 0.0004, toMs: ZERO_MS + 6_000 },
      },
      {
        objective: 'store-users',
        service: 'store',
        name: 'users',
        outsideOf: 'availability',
        targetPercent: 99.5,
        periodMs: 86_400_000,
        fromMs: ZERO_MS,
        toMs: ZERO_MS + 6_500,
        byEvents: { total: 520, failed: 31, burntRatio: 0.0119, toMs: ZERO_MS + 6_500 },
        byRules: { total: 520, failed: 31, burntRatio: 0.0119, toMs: ZERO_MS + 6_000 },
      },
    ],
    series: {
      startMs: ZERO_MS - 5_000,
      load: {
        requests,
        failures: requests.map((_, second) => (second === 5 ? 31 : 0)),
        p95Ms: requests.map((_, second) => (second === 5 ? null : second === 6 ? 180 : 12)),
      },
      up: [
        {
          service: 'store',
          instance: 'store-1',
          changes: [
            { atMs: ZERO_MS - 5_200, up: true },
            { atMs: ZERO_MS + 212, up: false },
            { atMs: ZERO_MS + 1_212, up: true },
          ],
        },
      ],
      alerts: [
        {
          alertname: 'ServiceDown',
          labels: { alertname: 'ServiceDown', service: 'store', instance: 'store-1', severity: 'critical' },
          pendingAtMs: ZERO_MS + 290,
          firingAtMs: ZERO_MS + 290,
          endedAtMs: ZERO_MS + 1_365,
        },
        {
          alertname: 'Watchdog',
          labels: { alertname: 'Watchdog', service: 'prometheus', severity: 'none' },
          pendingAtMs: ZERO_MS - 600_000,
          firingAtMs: ZERO_MS - 600_000,
          endedAtMs: null,
        },
      ],
    },
    unexpectedAlerts: [],
    machineAlerts: [],
    exceptedAlerts: [],
    inhibitedAlerts: [],
    safety: null,
    carriedAlerts: [],
    ignoredAlerts: [],
    unjudgedAlerts: [],
    gate: { clean: true, findings: [], tolerated: [] },
    calmFindings: [],
    machine: null,
    landing: { landed: true, atMs: ZERO_MS, proof: 'pid 4711 is gone' },
    faults: [
      {
        id: 'f1',
        injectedAtMs: ZERO_MS,
        landing: { landed: true, atMs: ZERO_MS, proof: 'pid 4711 is gone' },
        fault: 'kill',
        service: 'store',
        replica: null,
        lifted: { liftedAtMs: ZERO_MS + 4_000, changed: false, detail: 'store-1 runs' },
      },
    ],
    steps: [
      {
        index: 0,
        kind: 'fault',
        text: 'kill store',
        due: 'at 2 s',
        startedAtMs: ZERO_MS - 4,
        endedAtMs: ZERO_MS,
        ok: true,
        detail: 'pid 4711 is gone',
        putBack: null,
      },
    ],
    incidents: [incident],
    stackId: 's-1',
    profile: 'lab',
    timing: null,
    runtime: 'native',
    versions: { prometheus: '2.53.1', alertmanager: '0.27.0' },
    seed: 42,
    parameters: { users: 20 },
    events: [],
    timings: [
      { name: 'gate', startedAtMs: ZERO_MS - 5_500, tookMs: 12 },
      { name: 'load up', startedAtMs: ZERO_MS - 5_488, tookMs: 950 },
      { name: 'watch', startedAtMs: ZERO_MS, tookMs: 6_500 },
    ],
  }
}

/** The same, but the responder did nothing, and an alert fired that nobody asked for. */
export function deviatedJournal(): Journal {
  const journal = heldJournal()
  const missed = { met: false, atMs: null, sinceInjectedMs: null, samples: [] }
  return {
    ...journal,
    drill: { ...journal.drill, title: 'The store crashes | nobody helps' },
    verdict: 'deviated',
    reasons: [
      'missed: acted: restart store by responder (not decided; no incident)',
      'unexpected alert: CacheDown{service="redis"}',
    ],
    mttdMs: null,
    repairedBy: 'operator',
    repairedByEvidence: 'first start of store-1 after the injection: +0.330 s, by operator (event 31)',
    stages: journal.stages.map((one) =>
      ['received', 'acting', 'acted'].includes(one.name)
        ? { ...one, atMs: null, sinceInjectedMs: null, detail: 'no webhook of it arrived' }
        : one,
    ),
    expectations: journal.expectations.map((one) =>
      one.kind === 'action'
        ? { ...one, ...missed, observed: 'not decided; no incident' }
        : one.kind === 'noOtherAlert'
          ? { ...one, ...missed, observed: 'CacheDown{service="redis"}' }
          : one,
    ),
    unexpectedAlerts: [
      {
        alertname: 'CacheDown',
        labels: { alertname: 'CacheDown', service: 'redis' },
        activeAtMs: ZERO_MS + 700,
        firedAtMs: ZERO_MS + 900,
      },
    ],
    incidents: [],
  }
}

/** A run that never began, since all was not well before it. */
export function inconclusiveJournal(): Journal {
  const journal = heldJournal()
  return {
    ...journal,
    verdict: 'inconclusive',
    reasons: ['the gate did not pass: alert HostHighCPU (node-exporter-1) is firing'],
    mttdMs: null,
    mttrMs: null,
    repairedBy: null,
    repairedByEvidence: 'there was nothing to repair',
    stages: [],
    expectations: journal.expectations.map((one) => ({
      ...one,
      met: false,
      tried: false,
      atMs: null,
      sinceInjectedMs: null,
      observed: 'the run did not come that far',
      samples: [],
    })),
    floor: null,
    load: null,
    felt: null,
    blindSpotMs: null,
    budgets: [],
    series: null,
    gate: { clean: false, findings: ['alert HostHighCPU (node-exporter-1) is firing'], tolerated: [] },
    machine: busyMachine(),
    landing: null,
    faults: [],
    steps: [],
    incidents: [],
  }
}

/** Two busy loops on two cores, for two seconds around zero. */
export function busyMachine(): NonNullable<Journal['machine']> {
  const sample = (atMs: number, lateMs: number) => ({
    atMs: ZERO_MS + atMs,
    forMs: 500,
    stalledMs: lateMs === 0 ? 20 : 450,
    oursMs: 250,
    othersMs: lateMs === 0 ? 10 : 720,
    stolenMs: 0,
    loopLateMs: 12,
    lateMs,
  })
  return {
    cores: 2,
    pressureKnown: true,
    widened: false,
    lateMs: 1_350,
    oursCores: 0.5,
    othersCores: 1.3,
    others: [
      { pid: 4_801, name: 'sh', cores: 0.72 },
      { pid: 4_802, name: 'cc1plus', cores: 0.58 },
    ],
    clocks: [{ clock: 'scrapes of store-1', lateMs: 310 }],
    samples: [
      sample(-1_000, 0),
      sample(-500, 340),
      sample(0, 330),
      sample(500, 0),
      sample(1_000, 340),
      sample(1_500, 340),
    ],
  }
}

export function abortedJournal(): Journal {
  return { ...inconclusiveJournal(), machine: null, verdict: 'aborted', reasons: ['stopped: by SIGINT'] }
}

/** A run whose every text is hostile. */
export function hostileJournal(): Journal {
  const journal = deviatedJournal()
  return {
    ...journal,
    drill: { title: HOSTILE, why: HOSTILE, file: HOSTILE, sha256: HOSTILE },
    reasons: [HOSTILE],
    machine: {
      ...busyMachine(),
      others: [{ pid: 1, name: HOSTILE, cores: 1 }],
      clocks: [{ clock: HOSTILE, lateMs: 100 }],
    },
    repairedByEvidence: HOSTILE,
    profile: HOSTILE,
    runtime: HOSTILE,
    stackId: HOSTILE,
    versions: { [HOSTILE]: HOSTILE },
    parameters: { [HOSTILE]: HOSTILE },
    stages: journal.stages.map((one) => ({ ...one, detail: HOSTILE, source: HOSTILE })),
    expectations: journal.expectations.map((one) => ({
      ...one,
      text: HOSTILE,
      observed: HOSTILE,
      samples: [{ atMs: null, source: HOSTILE, value: HOSTILE, passes: false }],
    })),
    faults: journal.faults.map((one) => ({
      ...one,
      fault: HOSTILE,
      service: HOSTILE,
      landing: { ...one.landing, proof: HOSTILE },
      lifted: { liftedAtMs: ZERO_MS + 1, changed: true, detail: HOSTILE },
    })),
    steps: journal.steps.map((one) => ({ ...one, text: HOSTILE, due: HOSTILE, detail: HOSTILE })),
    incidents: heldJournal().incidents.map((one) => ({
      ...one,
      actions: one.actions.map((action) => ({ ...action, action: HOSTILE, target: HOSTILE })),
    })),
    budgets: journal.budgets.map((one) => ({ ...one, objective: HOSTILE })),
    unexpectedAlerts: journal.unexpectedAlerts.map((one) => ({
      ...one,
      alertname: HOSTILE,
      labels: { alertname: HOSTILE, service: HOSTILE },
    })),
    series: {
      ...(journal.series ?? { startMs: ZERO_MS, load: { requests: [], failures: [], p95Ms: [] } }),
      up: [{ service: HOSTILE, instance: HOSTILE, changes: [{ atMs: ZERO_MS, up: true }] }],
      alerts: [
        {
          alertname: HOSTILE,
          labels: { service: HOSTILE },
          pendingAtMs: ZERO_MS,
          firingAtMs: ZERO_MS + 9,
          endedAtMs: null,
        },
      ],
    },
  }
}
