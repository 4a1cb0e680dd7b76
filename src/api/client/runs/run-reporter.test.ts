import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { parseDrill } from '../../../drills/file/drill-file.ts'
import { heldJournal } from '../../../drills/journal/test-journal.ts'
import type { RunProgress } from '../../../drills/run/run-progress.ts'
import type { RunReport } from '../../contract.ts'
import { runFeed } from './run-feed.ts'
import { RunReporter } from './run-reporter.ts'

const drill = parseDrill(
  `
title: The store crashes
why: It must not matter
steadyState: [{ http: store, path: /ready }]
load: none
method: [{ at: 1s, fault: kill, target: store }]
expectations: [{ alert: ServiceDown, within: 2s }]
`,
  'drills/my-crash.yaml',
)

const progress = (): RunProgress => ({
  startedAtMs: 1,
  phase: 'watch',
  phaseSinceMs: 2,
  zeroMs: 3,
  profile: 'lab',
  runtime: 'native',
  gate: { clean: true, findings: [] },
  floor: null,
  stages: [],
  expectations: [],
  steps: [],
  faults: [],
  load: null,
  series: null,
})

describe('RunReporter', () => {
  let reports: RunReport[]
  let reporter: RunReporter
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] })
    reports = []
    const run = { id: 'run-1', drill, position: { index: 0, count: 2 }, seed: 7, busy: false }
    reporter = new RunReporter({ send: (report) => reports.push(report) }, run)
  })
  afterEach(() => {
    reporter.close()
    vi.useRealTimers()
  })

  it('reports at once, then each second', () => {
    reporter.begin(progress)
    vi.advanceTimersByTime(3_500)
    expect(reports).toHaveLength(4)
    expect(reports[0]).toMatchObject({
      id: 'run-1',
      pid: process.pid,
      drill: { name: 'my-crash', title: 'The store crashes' },
      phase: 'watch',
      seed: 7,
      verdict: null,
      watchMs: 2_000,
    })
  })

  it('reports soon after an event, several events at once, with the lines of the terminal', () => {
    reporter.begin(progress)
    reporter.event({ kind: 'gate', clean: true, findings: [], tolerated: [], tookMs: 20 })
    reporter.event({ kind: 'watching', forMs: 2_000 })
    vi.advanceTimersByTime(200)
    expect(reports).toHaveLength(2)
    expect(reports[1]?.lines).toMatchObject([
      { kind: 'gate', text: expect.stringContaining('gate passed') },
      { kind: 'watching', text: expect.stringContaining('nothing is done') },
    ])
  })

  it('takes a twentieth of the thread at most, however long a look lasts', () => {
    reporter.begin(() => {
      vi.advanceTimersByTime(500)
      return progress()
    })
    vi.advanceTimersByTime(9_000)
    expect(reports).toHaveLength(1)
    vi.advanceTimersByTime(2_000)
    expect(reports).toHaveLength(2)
  })

  it('never lets a look that fails end the run', () => {
    reporter.begin(() => {
      throw new Error('not now')
    })
    vi.advanceTimersByTime(2_500)
    expect(reports).toEqual([])
  })

  it('ends with the verdict and the name of the journal, and reports no more', () => {
    reporter.begin(progress)
    const journal = heldJournal()
    reporter.finish(journal, '/state/journals/2026-01-02-store-crash.json')
    vi.advanceTimersByTime(5_000)
    expect(reports).toHaveLength(2)
    expect(reports[1]).toMatchObject({
      verdict: 'held',
      journal: '2026-01-02-store-crash',
      stages: journal.stages,
      endedAtMs: expect.any(Number),
    })
    expect(reports[1]?.lines.at(-1)?.text).toContain('journal')
  })

  it('keeps a bounded number of lines', () => {
    reporter.begin(progress)
    for (let event = 0; event < 1_000; event += 1) reporter.event({ kind: 'watching', forMs: event })
    vi.advanceTimersByTime(200)
    expect(reports.at(-1)?.lines).toHaveLength(400)
  })
})

describe('runFeed', () => {
  const report = (id: string, phase: string) => ({ id, phase }) as RunReport

  it('sends the latest of what waits while a report is on its way, of each run', async () => {
    const sent: string[] = []
    let release: () => void = () => undefined
    const first = new Promise<void>((resolve) => {
      release = resolve
    })
    const feed = runFeed(async ({ id, phase }) => {
      sent.push(`${id} ${phase}`)
      if (sent.length === 1) await first
    })
    for (const phase of ['one', 'two', 'three']) feed.send(report('a', phase))
    feed.send(report('b', 'one'))
    release()
    await feed.close()
    expect(sent).toEqual(['a one', 'a three', 'b one'])
  })

  it('survives a control that does not answer', async () => {
    const feed = runFeed(async () => {
      throw new Error('no answer')
    })
    feed.send(report('a', 'one'))
    feed.send(report('a', 'two'))
    await feed.close()
  })
})
