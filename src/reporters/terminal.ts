import { styleText } from 'node:util'
import { formatDuration } from '../base/duration.ts'
import type { RepairedBy } from '../drills/attribution.ts'
import type { ExpectationResult } from '../drills/expectation-results.ts'
import type { Span } from '../drills/floor.ts'
import type { Journal } from '../drills/journal.ts'
import type { DrillEvent } from '../drills/run.ts'
import type { Stage } from '../drills/stages.ts'
import type { Verdict } from '../drills/verdict.ts'

export interface TerminalOptions {
  color: boolean
  /** Where the journal is written, to be told at the end. */
  journalPath?: string
}

type Colour = 'green' | 'red' | 'yellow' | 'dim' | 'bold'
type Paint = (colour: Colour, text: string) => string

const COLOURS: Record<Verdict, Colour> = {
  held: 'green',
  deviated: 'red',
  inconclusive: 'yellow',
  aborted: 'yellow',
  errored: 'red',
}

const REPAIRERS: Record<RepairedBy, string> = {
  responder: 'by the responder',
  'restart-policy': "by the runtime's restart policy",
  'fault lifted': 'because the fault was lifted',
  drill: 'by a step of the drill',
  operator: 'by an operator',
  nobody: 'by nobody that is known',
}

/** Width of the first column, in characters; figures stand to its right. */
const WIDTH = 48

/** The lines that one event of a run adds to a terminal. */
export function terminalLines(event: DrillEvent, { color, journalPath }: TerminalOptions): string[] {
  const paint: Paint = (colour, text) => (color ? styleText(colour, text, { validateStream: false }) : text)
  const mark = (good: boolean) => (good ? paint('green', '✔') : paint('red', '✘'))
  switch (event.kind) {
    case 'started': {
      const { title, profile, runtime, seed } = event
      const facts = `profile ${profile}, runtime ${runtime}, seed ${seed}`
      return [`${paint('bold', `▶ ${title.padEnd(WIDTH)}`)} ${paint('dim', facts)}`]
    }
    case 'baseline': {
      const text = event.clean ? 'baseline clean' : 'baseline not clean'
      const findings = event.findings.map((finding) => `      ${finding}`)
      return [`  ${mark(event.clean)} ${text.padEnd(WIDTH - 2)} ${formatDuration(event.tookMs)}`, ...findings]
    }
    case 'load': {
      const users = event.users === 1 ? '1 virtual user' : `${event.users} virtual users`
      const crowd = event.ratePerSecond === undefined ? users : `${event.ratePerSecond} tasks a second`
      const text = `load  ${crowd}, journey ${event.journey}`
      return [`  ${mark(true)} ${text.padEnd(WIDTH - 2)} ${formatDuration(event.tookMs)}`]
    }
    case 'stage':
      return [stageLine(event.stage, paint)]
    case 'expectation':
      // They are listed together at the end, where their figures can be compared.
      return []
    case 'lifted':
      return [
        `  ${paint('dim', `${event.fault} ${event.changed ? 'lifted' : 'left nothing to lift'}: ${event.detail}`)}`,
      ]
    case 'finished':
      return [
        ...event.journal.expectations.map((one) => expectationLine(one, mark(one.met))),
        ...verdictLines(event.journal, paint),
        ...(journalPath === undefined ? [] : [`  journal   ${journalPath}`]),
      ]
  }
}

function stageLine({ name, sinceInjectedMs, resolutionMs, detail }: Stage, paint: Paint): string {
  const since = `+${seconds(sinceInjectedMs ?? 0, 3)} s`
  const resolution = resolutionMs >= 50 ? ` ${paint('dim', `(±${formatDuration(resolutionMs)})`)}` : ''
  return `  ${since.padStart(9)}  ${name.padEnd(10)}  ${detail}${resolution}`
}

function expectationLine({ text, met, withinMs, sinceInjectedMs, observed, floor }: ExpectationResult, mark: string) {
  const bound = withinMs === null ? '' : ` within ${shortly(withinMs)}`
  const line = `  ${mark} ${`${text}${bound}`.padEnd(WIDTH + 6)}`
  const figure = sinceInjectedMs === null ? '' : `${seconds(sinceInjectedMs, 2)} s`
  const parts = [figure.padStart(7), ...(floor === null ? [] : [formatFloor(floor)]), ...(met ? [] : [observed])]
  return `${line} ${parts.join('  ')}`.trimEnd()
}

function verdictLines(journal: Journal, paint: Paint): string[] {
  const { verdict, mttdMs, mttrMs, repairedBy, reasons, felt, blindSpotMs, load } = journal
  const lines = [`${paint('bold', 'VERDICT')}  ${paint(COLOURS[verdict], verdict)}`]
  for (const reason of reasons) lines.push(`  because   ${reason}`)
  if (mttdMs !== null) lines.push(`  detected  ${seconds(mttdMs, 2)} s  injected → received`)
  if (mttrMs !== null) {
    const by = repairedBy === null ? '' : `, ${REPAIRERS[repairedBy]}`
    lines.push(`  repaired  ${seconds(mttrMs, 2)} s  injected → good again${by}`)
  }
  if (felt !== null) lines.push(`  users     ${feltText(felt, blindSpotMs)}`)
  else if (load !== null) lines.push(`  users     ${count(load.failures)} of ${count(load.requests)} requests failed`)
  return lines
}

function feltText(felt: NonNullable<Journal['felt']>, blindSpotMs: number | null): string {
  const { failures, requests, windowMs } = felt
  if (failures === 0) return `none of ${count(requests)} requests failed`
  const failed = `${count(failures)} of ${count(requests)} requests failed, over ${seconds(windowMs, 2)} s`
  if (blindSpotMs === null) return `${failed}; the monitoring never saw it`
  const gap = `${seconds(Math.abs(blindSpotMs), 2)} s`
  return blindSpotMs >= 0
    ? `${failed}; the first one ${gap} before the monitoring saw it (blind spot)`
    : `${failed}; the first one ${gap} after the monitoring saw it`
}

function formatFloor({ minMs, maxMs }: Span): string {
  return `floor ${minMs === 0 ? '0' : seconds(minMs, 2)}–${seconds(maxMs, 2)} s`
}

/** Seconds for a bound: `2 s`, `0.5 s`. */
function shortly(ms: number): string {
  return `${ms / 1_000} s`
}

function seconds(ms: number, digits: number): string {
  return (ms / 1_000).toFixed(digits)
}

function count(number: number): string {
  return number.toLocaleString('en-US')
}
