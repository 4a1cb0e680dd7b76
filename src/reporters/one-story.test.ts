import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { floorOf, livenessClock } from '../drills/clocks/floor.ts'
import { composeJournal } from '../drills/conclude/compose-journal.ts'
import { nothingBurnt } from '../drills/evidence/burnt-before.ts'
import { Observations } from '../drills/evidence/observations.ts'
import { SteadyRecord } from '../drills/evidence/steady-record.ts'
import { parseDrill } from '../drills/file/drill-file.ts'
import { nameStep } from '../drills/file/method-step.ts'
import type { Journal } from '../drills/journal/journal.ts'
import { abortedJournal, deviatedJournal, heldJournal, inconclusiveJournal } from '../drills/journal/test-journal.ts'
import type { Facts } from '../drills/judge/facts.ts'
import type { DrillLoad } from '../drills/method/drill-load.ts'
import { metricsToWatch } from '../drills/watch/metric-watch.ts'
import { SourceHealth } from '../drills/watch/source-health.ts'
import { Recorder } from '../load/figures/recorder.ts'
import { profiles } from '../stack/profile.ts'
import { junit } from './junit.ts'
import { markdown } from './markdown.ts'
import { journalLines } from './terminal-report.ts'

const ZERO_MS = 1_700_000_000_000
const DOWN = { alertname: 'ServiceDown', service: 'store', instance: 'store-1' }
const ODD = { alertname: 'Odd', service: 'worker', instance: 'worker-1' }

/** What happened in a run that is made up; all times in milliseconds since its zero, undefined for what did not happen. */
interface Happenings {
  method: 'kill' | 'nothing' | 'when it fires'
  expected: readonly string[]
  landed: boolean
  cutOffMs: number | undefined
  sampleMs: number | undefined
  activeMs: number | undefined
  /** After it was active. */
  firingMs: number | undefined
  inAlertmanager: boolean
  receivedMs: number | undefined
  actedMs: number | undefined
  oddMs: number | undefined
  /** Times at which the steady state was lost and came back, in turn. */
  turns: readonly number[]
  failures: readonly number[]
}

const within = (ms: number) => fc.option(fc.integer({ min: -400, max: ms }), { nil: undefined })
const EXPECTED = [
  '{ metric: up, is: "== 0", within: 2s }',
  '{ alert: ServiceDown, labels: { service: store }, within: 2s }',
  '{ action: restart, target: store, within: 3s }',
  '{ steady: true, within: 4s }',
  '{ budget: { objective: store-availability, atMost: 5% } }',
  '{ noOtherAlert: true }',
]
const happenings: fc.Arbitrary<Happenings> = fc.record({
  method: fc.constantFrom('kill', 'nothing', 'when it fires'),
  expected: fc.subarray(EXPECTED, { minLength: 1 }),
  landed: fc.boolean(),
  cutOffMs: fc.option(fc.integer({ min: 0, max: 9_000 }), { nil: undefined }),
  sampleMs: within(3_000),
  activeMs: within(3_000),
  firingMs: fc.option(fc.integer({ min: 0, max: 2_000 }), { nil: undefined }),
  inAlertmanager: fc.boolean(),
  receivedMs: fc.option(fc.integer({ min: 0, max: 3_000 }), { nil: undefined }),
  actedMs: fc.option(fc.integer({ min: 0, max: 3_000 }), { nil: undefined }),
  oddMs: within(5_000),
  turns: fc.array(fc.integer({ min: 1, max: 8_000 }), { maxLength: 4 }),
  failures: fc.array(fc.integer({ min: 0, max: 6_000 }), { maxLength: 3 }),
})

/** The journal of such a run, as a run writes it. */
function journalOf(what: Happenings): Journal {
  const method = {
    kill: '[{ at: 1s, fault: kill, target: store }, { at: 3s, action: clearFaults }]',
    nothing: '[]',
    'when it fires': '[{ when: { alert: ServiceDown, within: 2s }, action: restart, target: store }]',
  }[what.method]
  const drill = parseDrill(
    `title: T\nwhy: W\nsteadyState: [{ http: store, path: /ready }]\nload: { journey: browse, users: 1, spawnRate: 1 }
method: ${method}\nwatch: 5s\nexpectations: [${what.expected.join(', ')}]`,
    'drills/x.yaml',
  )
  const { timing } = profiles.lab
  const at = (ms: number) => ZERO_MS + ms
  const observations = new Observations(new SteadyRecord(['ready'], at(-50)), metricsToWatch(drill))
  const endMs = what.cutOffMs ?? 12_000
  const happened = (ms: number | undefined): ms is number => ms !== undefined && ms <= endMs
  const [metric] = observations.metrics
  if (metric !== undefined && happened(what.sampleMs))
    observations.addSamples(metric, [{ labels: DOWN, samples: [{ atMs: at(what.sampleMs), value: 0 }] }])
  if (happened(what.activeMs)) {
    const activeAtMs = at(what.activeMs)
    const firedMs = what.firingMs === undefined ? undefined : what.activeMs + what.firingMs
    const state = happened(firedMs) ? 'firing' : 'pending'
    observations.addRuleAlerts([{ labels: DOWN, state, activeAtMs }], at(firedMs ?? what.activeMs) + 40)
    if (happened(firedMs)) {
      const startsAtMs = at(firedMs)
      if (what.inAlertmanager)
        observations.addHeldAlerts([{ labels: DOWN, startsAtMs, updatedAtMs: startsAtMs + 3, status: 'active' }])
      if (what.receivedMs !== undefined) {
        const receivedAtMs = startsAtMs + what.receivedMs
        const actingAtMs = receivedAtMs + 5
        const acted = what.actedMs === undefined ? {} : { actedAtMs: actingAtMs + what.actedMs }
        const action = {
          action: 'restart',
          target: 'store-1',
          actingAtMs,
          ...acted,
          ...('actedAtMs' in acted ? { ok: true } : {}),
        }
        observations.incidents = [
          {
            id: 'i-1',
            number: 1,
            alertname: 'ServiceDown',
            labels: DOWN,
            startsAtMs,
            receivedAtMs,
            status: 'waiting',
            target: 'store-1',
            inProgress: false,
            actions: [action],
            decision: { action: 'restart', target: 'store-1', reason: 'policy' },
            actingAtMs,
            ...acted,
          },
        ]
      }
    }
  }
  if (happened(what.oddMs))
    observations.addRuleAlerts([{ labels: ODD, state: 'firing', activeAtMs: at(what.oddMs) }], at(what.oddMs) + 40)
  for (const [index, ms] of [...what.turns].sort((a, b) => a - b).entries()) {
    if (!happened(ms)) continue
    const state = index % 2 === 0 ? 'bad' : 'good'
    observations.steady.add({ probe: 'ready', state, startedAtMs: at(ms), endedAtMs: at(ms) + 4, detail: state })
  }
  const begins = what.method === 'kill' || (what.method === 'when it fires' && happened(what.firingMs))
  const landing = { landed: what.landed, atMs: ZERO_MS, proof: what.landed ? 'pid 1 is gone' : 'it runs' }
  const [first] = drill.method
  const injected =
    what.method === 'kill' && first?.kind === 'fault'
      ? [{ step: first, askedAtMs: at(-3), fault: { id: 'f', injectedAtMs: ZERO_MS, landing } }]
      : []
  const steps = drill.method.map((step, place) => {
    const startMs = place === 0 ? -3 : 2_000
    const done = begins && startMs <= endMs && (place === 0 || what.landed)
    return {
      index: step.index,
      kind: step.kind,
      text: nameStep(step),
      due: 'at 1 s',
      startedAtMs: done ? at(startMs) : null,
      endedAtMs: done ? at(startMs + 3) : null,
      ok: done,
      detail: done ? 'done' : 'did not begin',
      putBack: null,
    }
  })
  const recorder = new Recorder()
  for (const ms of what.failures)
    recorder.record({ startMs: at(ms), durationMs: 2, ...(ms % 2 === 0 ? {} : { cause: 'refused' }) })
  const missesLanding = injected.length > 0 && !what.landed
  const facts: Facts = {
    drill,
    timing,
    floor: floorOf(timing, livenessClock(timing)),
    alertRules: [],
    stableMs: 600,
    zeroMs: ZERO_MS,
    injected,
    steps,
    observations,
    budgets: what.cutOffMs === undefined ? [] : undefined,
    cutOffAtMs: missesLanding ? ZERO_MS : what.cutOffMs === undefined ? undefined : at(what.cutOffMs),
    burntBefore: nothingBurnt,
    nowMs: at(endMs),
  }
  return composeJournal({
    drill,
    startedAtMs: at(-5_000),
    seed: 1,
    description: undefined,
    profile: profiles.lab,
    floor: facts.floor,
    gate: { clean: true, findings: [], tolerated: [] },
    calmFindings: [],
    machine: null,
    aborted: what.cutOffMs === undefined ? undefined : 'SIGINT',
    errors: [],
    refused: [],
    unmonitored: [],
    safetyAbort: undefined,
    facts,
    method: {
      steps,
      lifted: new Map([['f', { liftedAtMs: at(endMs), changed: true, detail: 'store-1 was started' }]]),
      notBegun: [],
      begunAtMs: begins ? ZERO_MS : undefined,
    },
    budgets: [],
    series: null,
    load: { recorder, thrown: () => ({}) } as unknown as DrillLoad,
    brokenLoad: [],
    saturation: { saturated: false, lagP99Ms: 0, latenessP99Ms: 0, busyRatio: 0 },
    loadEndedAtMs: at(endMs),
    health: new SourceHealth(),
    events: [],
    phases: [],
  })
}

const TIMELINE = /^ +(?<since>[+-][\d.]+) s {2}(?<name>\S.{9}) {2}(?<detail>.*)$/
const ROW = /^ {2}(?<mark>[✔✘–]) (?<text>.*?) {2,}(?<figure>[\d.]+(?= s))?/

/** Every statement of a run's report that another one of its statements says otherwise. */
function contradictions(journal: Journal): string[] {
  const found: string[] = []
  const must = (holds: boolean, what: string) => {
    if (!holds) found.push(what)
  }
  const lines = journalLines(journal, { color: false })
  const timeline = lines.flatMap((line) => {
    const { since = '', name = '', detail = '' } = TIMELINE.exec(line)?.groups ?? {}
    return since === '' ? [] : [{ since, name: name.trim(), detail }]
  })
  const at = (name: string) => timeline.find((one) => one.name === name)?.since.replace(/^\+/, '')
  const rows = lines.flatMap((line) => {
    const { mark = '', text = '', figure } = ROW.exec(`${line}  `)?.groups ?? {}
    return mark === '' || /^(gate\b|load\b)/.test(text) ? [] : [{ mark, text, figure }]
  })
  const line = (name: string) => lines.find((one) => one.startsWith(`  ${name}  `))
  const figureOf = (name: string) => /^ {2}\w+ +([\d.]+) s/.exec(line(name) ?? '')?.[1]
  const reasons = lines.flatMap((one) => (one.startsWith('  because   ') ? [one.slice(12)] : []))
  const times = timeline.map(({ since }) => Number(since))
  must(
    times.every((time, index) => index === 0 || time >= (times[index - 1] ?? 0)),
    `the timeline is not in order: ${times.join(' ')}`,
  )
  must(!lines.some((one) => /-0\.00/.test(one)), 'a zero has a sign')
  // The first alert, the steady state and the repair stand in the timeline and in the table.
  const firing = rows.find(({ text }) => text.startsWith('firing:'))
  if (firing !== undefined && firing.mark !== '–')
    must(firing.figure === at('firing'), `firing ${at('firing')} in the timeline, ${firing.figure} in the table`)
  const steady = rows.find(({ text }) => text.startsWith('steady again'))
  if (steady !== undefined && steady.mark !== '–')
    must(steady.figure === at('good again'), `good again ${at('good again')}, and steady ${steady.figure}`)
  must(figureOf('detected') === at('received'), `detected ${figureOf('detected')}, received ${at('received')}`)
  const repaired = figureOf('repaired')
  must(
    repaired === undefined || repaired === at('good again') || repaired === '0.00',
    `repaired ${repaired}, good again ${at('good again')}`,
  )
  must(
    repaired === undefined || at('injected') !== undefined || at('step') !== undefined,
    'repaired, and nothing was done',
  )
  const showsAlert = timeline.find(({ name }) => name === 'firing')?.detail ?? ''
  must(!showsAlert.includes('as Prometheus says') || at('notified') === undefined, 'in Alertmanager, and not in it')
  // What users felt, and whether anybody saw it.
  const isSeen = ['seen', 'pending', 'firing', 'notified', 'received'].some((name) => at(name) !== undefined)
  const unseen = /never saw it|had not seen it/.test(line('users') ?? '')
  must(!unseen || !isSeen, 'the monitoring saw it, and never saw it')
  // The verdict, its reasons and the marks.
  const marks = rows.map(({ mark }) => mark).join('')
  must(rows.length === journal.expectations.length, 'a row is missing')
  if (journal.verdict === 'held')
    must(/^✔*$/.test(marks) && reasons.every((one) => /never left/.test(one)), 'held, with a flaw')
  if (journal.verdict === 'deviated') must(marks.includes('✘'), 'deviated, and every row is met')
  for (const { mark, text } of rows) {
    const name = text.replace(/ within [\d.]+ s$/, '')
    const missed = reasons.some((one) => one.startsWith(`missed: ${name} (`))
    const odd = reasons.some((one) => one.startsWith('unexpected alert: '))
    if (name.startsWith('no other alert')) must((mark === '✘') === odd, `${mark} ${name}, ${odd} in the reasons`)
    else must((mark === '✘') === missed, `${mark} ${name}, ${missed ? '' : 'not '}missed in the reasons`)
  }
  // The same marks in every form.
  const document = markdown.render([journal])
  const count = (text: string, pattern: RegExp) => text.match(pattern)?.length ?? 0
  must(count(document, /^\| ✅ /gm) === count(marks, /✔/g), 'Markdown has other marks for what was met')
  must(count(document, /^\| ❌ /gm) === count(marks, /✘/g), 'Markdown has other marks for what was missed')
  const skipped = count(junit.render([journal]), /<skipped /g)
  if (journal.verdict !== 'aborted') must(skipped === count(marks, /–/g), 'JUnit skips something else')
  return found
}

describe('the report of a run', () => {
  it('never contradicts itself', () => {
    const verdicts = new Set<string>()
    fc.assert(
      fc.property(happenings, (what) => {
        const journal = journalOf(what)
        verdicts.add(journal.verdict)
        expect(contradictions(journal), journalLines(journal, { color: false }).join('\n')).toEqual([])
      }),
      { numRuns: 500, seed: 19 },
    )
    expect([...verdicts].sort()).toEqual(['aborted', 'deviated', 'held', 'inconclusive'])
  })

  it.each([
    ['held', heldJournal()],
    ['deviated', deviatedJournal()],
    ['inconclusive', inconclusiveJournal()],
    ['aborted', abortedJournal()],
  ])('does not in the examples of the other tests: %s', (_, journal) => {
    expect(contradictions(journal)).toEqual([])
  })

  it('is found to contradict itself where it does', () => {
    const held = heldJournal()
    const without = (name: string) => held.stages.filter((stage) => stage.name !== name)
    expect(contradictions({ ...held, stages: without('firing') })).toEqual([
      'firing undefined in the timeline, 0.29 in the table',
    ])
    expect(contradictions({ ...held, mttdMs: 700 })).toEqual(['detected 0.70, received 0.31'])
    expect(contradictions({ ...held, reasons: ['missed: steady again (no)'] })).toEqual([
      'held, with a flaw',
      '✔ steady again, missed in the reasons',
    ])
  })
})
