import { describe, expect, it } from 'vitest'
import type { RunView } from '../../../../src/api/contract/drills/runs.ts'
import {
  deviatedJournal,
  heldJournal,
  inconclusiveJournal,
  ZERO_MS,
} from '../../../../src/drills/journal/test-journal.ts'
import { laneGroups } from '../timeline/bars.ts'
import { momentText } from '../timeline/moment-text.ts'
import { stageLanes } from '../timeline/stage-lanes.ts'
import { readRange, storyRange, wholeRun } from '../timeline/time-range.ts'
import { expectationState } from './expectation-state.ts'
import type { Story } from './story.ts'
import { storyAt } from './story-at.ts'
import { storyOfJournal } from './story-of-journal.ts'
import { storyOfRun } from './story-of-run.ts'

const held = storyOfJournal(heldJournal())

/** The same run as control knows it, this long after the injection. */
function live(sinceMs: number): RunView {
  const { stages, expectations, faults, steps, series, floor } = storyAt(held, ZERO_MS + sinceMs)
  return {
    ...{ stages, expectations, faults, steps, series, floor },
    id: 'a1',
    pid: 1,
    position: { index: 0, count: 1 },
    drill: held.drill,
    startedAtMs: held.startedAtMs,
    atMs: ZERO_MS + sinceMs,
    endedAtMs: null,
    phase: 'watch',
    phaseSinceMs: ZERO_MS,
    zeroMs: ZERO_MS,
    seed: 1,
    busy: false,
    parameters: {},
    profile: 'lab',
    runtime: 'native',
    lines: [],
    load: null,
    gate: null,
    watchMs: 4_000,
    verdict: null,
    reasons: [],
    journal: null,
    state: 'running',
    startedBy: 'terminal',
    mayAbort: false,
    abortedAtMs: null,
    output: [],
  }
}

describe('the story of a journal', () => {
  it('counts from the injection, and names the drill by its file', () => {
    expect(held).toMatchObject({
      zeroMs: ZERO_MS,
      zeroName: 'injection',
      isUnderWay: false,
      drill: { name: 'store-crash' },
    })
  })

  it('of a run that never began has no zero and no lanes of stages', () => {
    const story = storyOfJournal(inconclusiveJournal())
    expect(story.zeroMs).toBeNull()
    expect(stageLanes(story)).toEqual([])
    expect(storyRange(story)).toEqual(wholeRun(story))
  })
})

describe('the lanes of stages', () => {
  it('begin where the stage before ended, with the floor and the bound of theirs', () => {
    const lanes = stageLanes(held)
    const lane = (name: string) => lanes.find((one) => one.name === name)
    expect(lane('firing')).toMatchObject({
      fromMs: ZERO_MS + 290,
      toMs: ZERO_MS + 290,
      floor: { fromMs: ZERO_MS, toMs: ZERO_MS + 600 },
      boundMs: ZERO_MS + 2_000,
      isLate: false,
    })
    expect(lane('good again')).toMatchObject({ fromMs: ZERO_MS + 940, toMs: ZERO_MS + 1_420, boundMs: ZERO_MS + 4_000 })
    expect(lane('resolved')).toMatchObject({ toMs: null, isNext: false })
  })

  it('mark what the run waits for, and what is late, while it is under way', () => {
    const lanes = stageLanes(storyOfRun(live(500), ZERO_MS + 3_500))
    expect(lanes.filter(({ isNext }) => isNext).map(({ name }) => name)).toEqual(['acted'])
    expect(lanes.filter(({ isLate }) => isLate).map(({ name }) => name)).toEqual(['acted'])
  })

  it('mark the stage of an expectation that was missed', () => {
    const lanes = stageLanes(storyOfJournal(deviatedJournal()))
    expect(lanes.filter(({ isLate }) => isLate).map(({ name }) => name)).toEqual(['acted'])
  })
})

describe('a story at a moment', () => {
  it('has what had happened by then, and nothing later', () => {
    const then = storyAt(held, ZERO_MS + 300)
    expect(then.stages.filter(({ atMs }) => atMs !== null).map(({ name }) => name)).toEqual([
      'injected',
      'seen',
      'pending',
      'firing',
    ])
    expect(then.faults[0]?.lifted).toBeNull()
    const alerts = laneGroups(then).find(({ title }) => title === 'Alerts')
    expect(alerts?.lanes).toEqual([
      {
        name: 'ServiceDown store-1',
        bars: [
          { kind: 'pending', fromMs: ZERO_MS + 290, toMs: ZERO_MS + 290, isOpen: false },
          { kind: 'firing', fromMs: ZERO_MS + 290, toMs: ZERO_MS + 300, isOpen: true },
        ],
      },
    ])
  })

  it.each([
    [250, ['met', 'waiting', 'waiting', 'waiting', 'waiting']],
    [1_500, ['met', 'met', 'met', 'met', 'waiting']],
  ])('knows at +%d ms that its expectations are %j', (sinceMs, states) => {
    const then = storyAt(held, ZERO_MS + sinceMs)
    expect(then.expectations.map((expectation) => expectationState(expectation, then))).toEqual(states)
  })

  it('calls what is not met after its bound overdue, until it is judged', () => {
    const story = storyOfJournal(deviatedJournal())
    const then = storyAt(story, ZERO_MS + 3_100)
    const states = (of: typeof story) => of.expectations.map((expectation) => expectationState(expectation, of))
    expect(states(then)[2]).toBe('overdue')
    expect(states(story)[2]).toBe('missed')
  })
})

describe('bars', () => {
  it('leave out the Watchdog, end a crash when all was good again, and show scrapes that failed', () => {
    const groups = laneGroups(held)
    expect(groups.map(({ title }) => title)).toEqual([
      'Done on purpose',
      'Users',
      'Alerts',
      'Responder',
      'Down, as scraped',
    ])
    expect(groups[0]?.lanes).toEqual([
      { name: 'kill store', bars: [{ kind: 'fault', fromMs: ZERO_MS, toMs: ZERO_MS + 1_420, isOpen: false }] },
    ])
    expect(groups[4]?.lanes[0]?.bars).toEqual([
      { kind: 'down', fromMs: ZERO_MS + 212, toMs: ZERO_MS + 1_212, isOpen: false },
    ])
  })
})

describe('bars of a run that is under way', () => {
  it('show which requests fail, by seconds, and what the responder does', () => {
    const run = live(1_500)
    const laneOf = (story: Story, name: string) => laneGroups(story).find(({ title }) => title === name)?.lanes
    const story = storyOfRun(run, ZERO_MS + 1_500, held.incidents)
    const [users] = laneOf(story, 'Users') ?? []
    expect(users?.name).toBe('requests fail')
    expect(users?.bars[0]?.fromMs).toBeGreaterThanOrEqual(ZERO_MS)
    expect(users?.bars[0]?.toMs).toBeGreaterThan(users?.bars[0]?.fromMs ?? 0)
    expect(laneOf(story, 'Responder')).toEqual(laneOf(held, 'Responder'))
    const before = held.incidents.map((incident) => ({ ...incident, receivedAtMs: ZERO_MS - 1 }))
    expect(laneOf(storyOfRun(run, ZERO_MS + 1_500, before), 'Responder')).toBeUndefined()
  })

  it('leave out alerts of before it, which the gate let pass', () => {
    const run = live(400)
    const [alert] = run.series?.alerts ?? []
    const old = { alertname: 'Old', labels: {}, pendingAtMs: run.startedAtMs - 1, firingAtMs: null, endedAtMs: null }
    const series = {
      ...(run.series ?? { startMs: 0, up: [], load: { requests: [], failures: [], p95Ms: [] } }),
      alerts: alert === undefined ? [] : [old, alert],
    }
    const groups = laneGroups(storyOfRun({ ...run, series }, ZERO_MS + 400))
    expect(groups.find(({ title }) => title === 'Alerts')?.lanes.map(({ name }) => name)).toEqual([
      'ServiceDown store-1',
    ])
  })
})

describe('the range that is shown', () => {
  it('leads from before the injection to after the last stage, within the run', () => {
    const { fromMs, toMs } = storyRange(held)
    expect(fromMs).toBeGreaterThanOrEqual(held.startedAtMs)
    expect(fromMs).toBeLessThanOrEqual(ZERO_MS - 1_000)
    expect(toMs).toBeGreaterThan(ZERO_MS + 1_420)
  })

  it('holds the bounds that are still open while the run is under way', () => {
    expect(storyRange(storyOfRun(live(500), ZERO_MS + 500)).toMs).toBeGreaterThan(ZERO_MS + 4_000)
  })

  it.each([
    ['-1', '2.5', { fromMs: ZERO_MS - 1_000, toMs: ZERO_MS + 2_500 }],
    ['2', '1', undefined],
    ['x', '1', undefined],
    [null, '1', undefined],
  ])('from %j to %j of the address is %j', (from, to, range) => {
    expect(readRange(from, to, ZERO_MS)).toEqual(range)
  })
})

it('a moment reads as the stage, the load and the alerts of then', () => {
  expect(momentText(held, ZERO_MS + 400)).toBe(
    '+0.40 s since the injection · acting · 120 requests/s, 31 failed · ServiceDown firing',
  )
  expect(momentText(held, ZERO_MS - 2_000)).toBe('-2.00 s since the injection · 63 requests/s, none failed · p95 12 ms')
})
