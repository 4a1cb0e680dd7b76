import { basename } from 'node:path'
import { defined } from '../../../base/defined.ts'
import { type Drill, watchMs } from '../../../drills/file/drill.ts'
import type { Journal } from '../../../drills/journal/journal.ts'
import type { DrillEvent } from '../../../drills/run/run-event.ts'
import type { RunProgress } from '../../../drills/run/run-progress.ts'
import { terminalLines } from '../../../reporters/terminal.ts'
import { MOST_LINES, type RunLine, type RunReport } from '../../contract.ts'
import type { RunFeed } from './run-feed.ts'

/** Reports one run to control while it goes on: about once a second, and soon after each event. It never delays the run. */
export class RunReporter {
  readonly #feed: Pick<RunFeed, 'send'>
  readonly #run: ReportedRun
  readonly #lines: RunLine[] = []
  #progress: (() => RunProgress) | undefined
  /** What was reported last. */
  #latest: RunReport | undefined
  #timer: NodeJS.Timeout | undefined
  #dueMs = Number.POSITIVE_INFINITY
  /** Of the last report, in milliseconds: how long it kept this thread. */
  #costMs = 0

  constructor(feed: Pick<RunFeed, 'send'>, run: ReportedRun) {
    this.#feed = feed
    this.#run = run
  }

  /** The run begins; `progress` returns how it is. */
  begin(progress: () => RunProgress): void {
    this.#progress = progress
    this.#report()
  }

  event(event: Exclude<DrillEvent, { kind: 'finished' }>): void {
    this.#add(event.kind, terminalLines(event, { color: false }))
    this.#reportIn(SOON_MS)
  }

  /** The run is over, and its journal is on disk, unless there is no path. */
  finish(journal: Journal, journalPath: string | undefined): void {
    this.close()
    this.#add('finished', terminalLines({ kind: 'finished', journal }, { color: false, ...defined({ journalPath }) }))
    const before = this.#latest
    if (before === undefined) return
    const { stages, expectations, steps, faults, floor, series, profile, runtime, gate, verdict, reasons } = journal
    const nowMs = Date.now()
    const { load } = before
    this.#feed.send({
      ...before,
      ...{ stages, steps, faults, floor, profile, runtime, verdict },
      expectations: expectations.map(withFewSamples),
      series: series === null ? null : withLastHour(series),
      reasons: reasons.slice(0, MOST_ENTRIES),
      gate: { clean: gate.clean, findings: gate.findings.slice(0, MOST_ENTRIES) },
      load: journal.load === null ? load && { ...load, users: 0 } : loadOf(journal.load),
      lines: [...this.#lines],
      atMs: nowMs,
      endedAtMs: nowMs,
      journal: journalPath === undefined ? null : basename(journalPath).replace(/\.json$/, ''),
    })
  }

  /** No report follows. */
  close(): void {
    clearTimeout(this.#timer)
    this.#progress = undefined
  }

  #add(kind: string, texts: readonly string[]): void {
    const atMs = Date.now()
    this.#lines.push(...texts.map((text) => ({ atMs, kind, text: text.slice(0, LONGEST_LINE) })))
    this.#lines.splice(0, this.#lines.length - MOST_LINES)
  }

  #reportIn(delayMs: number): void {
    const dueMs = performance.now() + Math.max(delayMs, this.#costMs * REST)
    if (this.#progress === undefined || dueMs >= this.#dueMs) return
    clearTimeout(this.#timer)
    this.#dueMs = dueMs
    this.#timer = setTimeout(() => this.#report(), dueMs - performance.now()).unref()
  }

  #report(): void {
    const sinceMs = performance.now()
    this.#dueMs = Number.POSITIVE_INFINITY
    try {
      const progress = this.#progress?.()
      if (progress !== undefined) this.#send(progress)
    } catch {
      // What cannot be shown now is shown at the end: the run goes on.
    }
    this.#costMs = performance.now() - sinceMs
    this.#reportIn(EVERY_MS)
  }

  #send(progress: RunProgress): void {
    const { id, drill, position, seed, busy, pid = process.pid } = this.#run
    const { title, why, file, parameters } = drill
    const { gate, expectations, series, ...rest } = progress
    this.#latest = {
      ...rest,
      id,
      pid,
      position: { ...position },
      drill: { name: basename(file).replace(/\.ya?ml$/, ''), title, why, file },
      atMs: Date.now(),
      endedAtMs: null,
      seed,
      busy,
      parameters: { ...parameters },
      lines: [...this.#lines],
      gate: gate && { clean: gate.clean, findings: gate.findings.slice(0, MOST_ENTRIES) },
      watchMs: watchMs(drill),
      expectations: expectations.map(withFewSamples),
      series,
      verdict: null,
      reasons: [],
      journal: null,
    }
    this.#feed.send(this.#latest)
  }
}

/** What is known of a run from its start. */
export interface ReportedRun {
  id: string
  drill: Drill
  /** Place among the runs of one command, from 0. */
  position: { index: number; count: number }
  seed: number
  busy: boolean
  /** Default: this process. */
  pid?: number
}

/** How often, and how soon after an event, in milliseconds. */
const EVERY_MS = 1_000
const SOON_MS = 150
/** A report is followed by a rest of this number of times what it cost, so that reports take a twentieth of the thread at most. */
const REST = 20
const LONGEST_LINE = 20_000
const MOST_ENTRIES = 1_000
/** Samples of one expectation in a report. The journal has all. */
const MOST_SAMPLES = 60
const MOST_SECONDS = 3_600

function withFewSamples(expectation: Journal['expectations'][number]): Journal['expectations'][number] {
  return { ...expectation, samples: expectation.samples.slice(-MOST_SAMPLES) }
}

function withLastHour(series: NonNullable<Journal['series']>): NonNullable<Journal['series']> {
  const surplus = Math.max(0, series.load.requests.length - MOST_SECONDS)
  const { requests, failures, p95Ms } = series.load
  return {
    ...series,
    startMs: series.startMs + surplus * 1_000,
    load: { requests: requests.slice(surplus), failures: failures.slice(surplus), p95Ms: p95Ms.slice(surplus) },
  }
}

function loadOf({ requests, failures }: NonNullable<Journal['load']>): NonNullable<RunReport['load']> {
  return { users: 0, requests, failures }
}
