import { describe, expect, it } from 'vitest'
import { terminalText } from '../base/text/terminal-text.ts'
import type { Journal } from '../drills/journal/journal.ts'
import type { ExpectationResult } from '../drills/journal/schema/expectation-result.ts'
import type { Stage, StageName } from '../drills/journal/schema/stage.ts'
import { busyMachine } from '../drills/journal/test-journal.ts'
import type { DrillEvent } from '../drills/run/run-event.ts'
import { renderJson } from './json.ts'
import { type TerminalOptions, terminalLines } from './terminal.ts'
import { journalLines } from './terminal-report.ts'

const ZERO_MS = 1_700_000_000_000

const stage = (name: StageName, sinceInjectedMs: number, resolutionMs: number, detail: string): Stage => {
  return { name, atMs: ZERO_MS + sinceInjectedMs, sinceInjectedMs, source: 'x', resolutionMs, detail }
}

const stages = [
  stage('injected', 0, 1, 'kill store: pid 4711 is gone'),
  stage('seen', 212, 500, 'up{service="store"} == 0, store-1'),
  stage('firing', 290, 100, 'ServiceDown{service="store"}'),
  stage('good again', 1_420, 500, 'store /ready 200'),
]

const held: Journal = {
  schemaVersion: 1,
  drill: {
    title: 'The store crashes under load',
    why: 'It must not matter',
    file: 'drills/store-crash.yaml',
    sha256: 'ab',
  },
  startedAt: '2026-01-02T03:04:05.000Z',
  verdict: 'held',
  reasons: [],
  mttdMs: 310,
  mttrMs: 1_420,
  repairedBy: 'responder',
  repairedByEvidence: 'first start of store-1',
  stages,
  expectations: [
    {
      kind: 'metric',
      text: 'seen: up{service="store"} == 0',
      met: true,
      tried: true,
      atMs: ZERO_MS + 212,
      sinceInjectedMs: 212,
      withinMs: 2_000,
      observed: 'a sample of 0',
      floor: { minMs: 0, meanMs: 250, maxMs: 500 },
      samples: [],
    },
    {
      kind: 'steady',
      text: 'steady again',
      met: true,
      tried: true,
      atMs: ZERO_MS + 1_420,
      sinceInjectedMs: 1_420,
      withinMs: 4_000,
      observed: 'every steady-state probe stayed good',
      floor: null,
      samples: [],
    },
    {
      kind: 'noOtherAlert',
      text: 'no other alert',
      met: true,
      tried: true,
      atMs: null,
      sinceInjectedMs: null,
      withinMs: null,
      observed: 'no other alert fired',
      floor: null,
      samples: [],
    },
  ],
  floor: null,
  load: null,
  felt: { firstFailureMs: ZERO_MS, lastFailureMs: ZERO_MS + 900, failures: 31, requests: 1_204, windowMs: 900 },
  blindSpotMs: 20,
  budgets: [],
  series: null,
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
  landing: null,
  faults: [],
  steps: [],
  incidents: [],
  stackId: 's-1',
  profile: 'lab',
  timing: null,
  runtime: 'native',
  versions: {},
  seed: 42,
  parameters: {},
  events: [],
  timings: [],
}

const deviated: Journal = {
  ...held,
  verdict: 'deviated',
  reasons: ['missed: firing: ServiceDown (it was never active)'],
  mttdMs: null,
  mttrMs: 32_000,
  repairedBy: 'fault lifted',
  blindSpotMs: null,
  stages: stages.slice(0, 1),
  expectations: [
    {
      kind: 'alert',
      text: 'firing: ServiceDown',
      met: false,
      tried: true,
      atMs: null,
      sinceInjectedMs: null,
      withinMs: 2_500,
      observed: 'it was never active',
      floor: { minMs: 1_000, meanMs: 1_300, maxMs: 1_600 },
      samples: [],
    },
  ],
}

function screen(events: readonly DrillEvent[], options: TerminalOptions = { color: false }): string {
  return events.flatMap((event) => terminalLines(event, options)).join('\n')
}

describe('terminalLines', () => {
  it('says what a gate waits for, every finding of it, for how long at most, and counts on', () => {
    const findings = ['alert CacheDown (redis-1) is firing', 'target store-1 is not up']
    const waiting = { kind: 'waiting', findings, atMostMs: 15_000 } as const
    expect(terminalLines({ ...waiting, waitedMs: 2_012, isNew: true }, { color: false })).toEqual([
      '  · waiting at the gate, 2 s of at most 15 s',
      '      alert CacheDown (redis-1) is firing',
      '      target store-1 is not up',
    ])
    expect(terminalLines({ ...waiting, waitedMs: 12_020, isNew: false }, { color: false })).toEqual([
      '  · waiting at the gate, 12 s of at most 15 s',
    ])
  })

  it('says who keeps the machine busy while a gate waits for that, and what to do', () => {
    const busy = 'this machine is busy: other programs use 1.9 of its 2 cores: sh (pid 7) 0.98'
    const findings = ['alert HostHighCPU (node-exporter-1) is firing']
    const event = { kind: 'waiting', findings, atMostMs: 75_000, waitedMs: 2_000, isNew: true, busy } as const
    expect(terminalLines(event, { color: false }).slice(2)).toEqual([
      '      this machine is busy: other programs use 1.9 of its 2 cores: sh (pid 7) 0.98',
      '      end what is not needed, or run with --busy: bounds then widen by what the machine is late',
    ])
  })

  it('does not call a gate passed and not passed: what fails under load, before any fault, has a line of its own', () => {
    const journal = { ...held, calmFindings: ['1 of 9 requests failed before any fault (refused)'] }
    const text = journalLines(journal, { color: false }).join('\n')
    expect(text).toContain('✔ gate passed')
    expect(text).toContain(
      '✘ not well under load, before any fault\n      1 of 9 requests failed before any fault (refused)',
    )
    expect(text).not.toContain('gate did not pass')
  })

  it('says at the end how late the machine was, and whose doing that was', () => {
    const lines = terminalLines({ kind: 'finished', journal: { ...held, machine: busyMachine() } }, { color: false })
    expect(lines.at(-1)).toBe(
      '  machine   late by 1.35 s in all; other programs used 1.3 of 2 cores: sh (pid 4801) 0.72, cc1plus (pid 4802) 0.58',
    )
  })

  it('prints a drill that is held as it happens', () => {
    const events: DrillEvent[] = [
      {
        kind: 'started',
        title: 'The store crashes under load',
        file: 'drills/store-crash.yaml',
        profile: 'lab',
        runtime: 'native',
        seed: 42,
      },
      { kind: 'gate', clean: true, findings: [], tolerated: [], tookMs: 1_100 },
      { kind: 'load', users: 20, journey: 'browse', tookMs: 952 },
      ...stages.map((one): DrillEvent => ({ kind: 'stage', stage: one })),
      ...held.expectations.map((expectation): DrillEvent => ({ kind: 'expectation', expectation })),
      { kind: 'lifted', fault: 'kill', changed: false, detail: 'store-1 runs', sinceInjectedMs: 4_000 },
      { kind: 'finished', journal: held },
    ]
    expect(screen(events, { color: false, journalPath: 'journals/1.json' })).toMatchInlineSnapshot(`
      "▶ The store crashes under load                     store-crash, profile lab, runtime native, seed 42
        ✔ gate passed                                    1.10 s
        ✔ load  20 virtual users, journey browse         952 ms
         +0.00 s  injected    kill store: pid 4711 is gone
         +0.21 s  seen        up{service="store"} == 0, store-1 (±500 ms)
         +0.29 s  firing      ServiceDown{service="store"} (±100 ms)
         +1.42 s  good again  store /ready 200 (±500 ms)
         +4.00 s  lifted      kill: nothing was left to undo, store-1 runs
        ✔ seen: up{service="store"} == 0 within 2 s               0.21 s  floor 0–0.50 s
        ✔ steady again within 4 s                                 1.42 s
        ✔ no other alert
      VERDICT  held
        detected  0.31 s  injected → received
        repaired  1.42 s  injected → good again, by the responder
        users     31 of 1,204 requests failed, over 0.90 s; the first one 0.02 s before the monitoring saw it (blind spot)
        journal   journals/1.json"
    `)
  })

  it('prints what was missed, what it fell short of, and why', () => {
    expect(screen([{ kind: 'finished', journal: deviated }])).toMatchInlineSnapshot(`
      "  ✘ firing: ServiceDown within 2.5 s                                floor 1.00–1.60 s  it was never active
      VERDICT  deviated
        because   missed: firing: ServiceDown (it was never active)
        repaired  32.00 s  injected → good again, because the fault was lifted
        users     31 of 1,204 requests failed, over 0.90 s; the monitoring never saw it"
    `)
  })

  it('counts the repair of a replica that others answered for to its return, and says when users saw nothing of it any more', () => {
    const [first] = held.stages
    const zeroMs = first?.atMs ?? 0
    const hitReplicas = [{ service: 'store', replica: 'store-1', endedAtMs: zeroMs + 10, readyAtMs: zeroMs + 2_310 }]
    const lines = (journal: Journal) =>
      screen([{ kind: 'finished', journal }])
        .split('\n')
        .filter((line) => /^ {2}(repaired|steady) /.test(line))
    expect(lines({ ...held, mttrMs: 2_310, hitReplicas })).toEqual([
      '  repaired  2.31 s  injected → store-1 ready again, by the responder',
      '  steady    1.42 s  injected → good again without store-1',
    ])
    const away = hitReplicas.map((one) => ({ ...one, readyAtMs: null }))
    expect(lines({ ...held, mttrMs: null, hitReplicas: away })).toEqual([
      '  steady    1.42 s  injected → good again without store-1',
    ])
    const asked = hitReplicas.map((one) => ({ ...one, readyAtMs: zeroMs + 1_430 }))
    expect(lines({ ...held, hitReplicas: asked })).toEqual([
      '  repaired  1.42 s  injected → good again, by the responder',
    ])
  })

  it('prints what the gate found', () => {
    const findings = ['alert Old is firing', 'target store-1 is not up']
    expect(screen([{ kind: 'gate', clean: false, findings, tolerated: [], tookMs: 15_000 }])).toMatchInlineSnapshot(`
      "  ✘ gate did not pass                              15.0 s
            alert Old is firing
            target store-1 is not up"
    `)
  })

  it('marks what was not tried as neither met nor missed', () => {
    const [one] = deviated.expectations
    const expectations = one === undefined ? [] : [{ ...one, tried: false, observed: 'the run ended after 1.00 s' }]
    const text = screen([{ kind: 'finished', journal: { ...deviated, verdict: 'aborted', expectations } }])
    expect(text).toMatch(/^ {2}– firing: ServiceDown within 2\.5 s .* the run ended after 1\.00 s$/m)
    expect(text).not.toMatch(/[✔✘]/)
  })

  it('shows of a budget how much was burnt, also when that was little enough', () => {
    const [, , last] = held.expectations
    const budget = {
      ...last,
      kind: 'budget',
      text: 'budget of x burnt at most 1 %',
      observed: '0.2 %: 1 of 500 events failed',
    }
    const text = screen([{ kind: 'finished', journal: { ...held, expectations: [budget as ExpectationResult] } }])
    expect(text).toMatch(/✔ budget of x burnt at most 1 % +0\.2 %: 1 of 500 events failed/)
  })

  it('says when the monitoring was first, and when nobody felt anything', () => {
    const sooner = screen([{ kind: 'finished', journal: { ...held, blindSpotMs: -130 } }])
    expect(sooner).toContain(
      '31 of 1,204 requests failed, over 0.90 s; the first one 0.13 s after the monitoring saw it',
    )
    const felt = { firstFailureMs: null, lastFailureMs: null, failures: 0, requests: 900, windowMs: 0 }
    expect(screen([{ kind: 'finished', journal: { ...held, felt } }])).toContain('none of 900 requests failed')
  })

  it('uses colours only when asked', () => {
    const event: DrillEvent = { kind: 'finished', journal: deviated }
    const control = String.fromCharCode(27)
    expect(screen([event])).not.toContain(control)
    expect(terminalText(screen([event], { color: true }))).toContain(`${control}[31mdeviated${control}[39m`)
  })
})

describe('a line of the timeline', () => {
  const line = (event: DrillEvent) => terminalLines(event, { color: false }).join('\n')
  const step = {
    index: 1,
    kind: 'action',
    text: 'clear all faults',
    due: 'at 5 s',
    startedAtMs: ZERO_MS + 5_000,
    endedAtMs: ZERO_MS + 5_004,
    ok: true,
    detail: '2 faults were lifted',
    putBack: { atMs: ZERO_MS + 9_000, ok: true, detail: 'store has 1 again' },
  } as const

  it('says of a stage whose time has changed what it was before', () => {
    expect(line({ kind: 'stage', stage: stage('good again', 13_680, 50, 'store /ready 200'), before: 4_886 })).toBe(
      '  +13.68 s  good again  store /ready 200 (±50 ms) (not +4.89 s)',
    )
    const gone = { ...stage('good again', 0, 50, 'store /ready: refused'), atMs: null, sinceInjectedMs: null }
    expect(line({ kind: 'stage', stage: gone, before: 4_886 })).toBe(
      '         –  good again  store /ready: refused (not +4.89 s)',
    )
  })

  it('has every step, what was put back, and what was lifted', () => {
    expect(line({ kind: 'step', step, sinceInjectedMs: 5_004 })).toBe(
      '   +5.00 s  step        clear all faults: 2 faults were lifted',
    )
    expect(line({ kind: 'step', step: { ...step, ok: false, detail: 'refused' }, sinceInjectedMs: 5_004 })).toBe(
      '   +5.00 s  step        clear all faults: failed: refused',
    )
    expect(line({ kind: 'put back', step, sinceInjectedMs: 9_000 })).toBe('   +9.00 s  put back    store has 1 again')
    expect(
      line({ kind: 'lifted', fault: 'pause', changed: true, detail: 'store-1 goes on', sinceInjectedMs: 4_000 }),
    ).toBe('   +4.00 s  lifted      pause: store-1 goes on')
  })

  it('numbers a run among others, and names its drill as one would type it', () => {
    const event = { title: 'T', file: 'drills/low-memory.yaml', profile: 'lab', runtime: 'native', seed: 1 }
    expect(terminalLines({ kind: 'started', ...event }, { color: false, position: '3/31' })[0]).toMatch(
      /^▶ 3\/31 T +low-memory, profile lab, runtime native, seed 1$/,
    )
  })
})

describe('renderJson', () => {
  it('is the journal, whole, as one document that ends in a line feed', () => {
    expect(renderJson(held).endsWith('}\n')).toBe(true)
    expect(JSON.parse(renderJson(held))).toEqual(held)
  })
})
