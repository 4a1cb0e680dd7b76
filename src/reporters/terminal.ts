import { basename } from 'node:path'
import { styled } from '../base/text/terminal-text.ts'
import { formatDuration } from '../base/units/duration.ts'
import type { Journal } from '../drills/journal/journal.ts'
import type { ExpectationResult } from '../drills/journal/schema/expectation-result.ts'
import type { Verdict } from '../drills/journal/schema/outcome.ts'
import type { Stage } from '../drills/journal/schema/stage.ts'
import { BUSY_NEXT } from '../drills/machine/machine-report.ts'
import type { DrillEvent } from '../drills/run/run-event.ts'
import {
  burntBudgets,
  burntText,
  countedFrom,
  expectationText,
  floorText,
  goodEarlierText,
  machineText,
  measuredText,
  outcomeOf,
  repairedText,
  repairedWith,
  safetyText,
  seconds,
  signedSeconds,
  usersText,
} from './text/sentences.ts'

/** The lines that one event of a run adds to a terminal. */
export function terminalLines(event: DrillEvent, options: TerminalOptions): string[] {
  // A text with a line feed must not look like a line of ours.
  return linesOf(event, options).map((line) => line.replaceAll('\n', '\\n'))
}

export interface TerminalOptions {
  color: boolean
  /** Where the journal is written: printed at the end. */
  journalPath?: string
  /** Which of how many runs it is: "3/31". */
  position?: string
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

/** Width of the first column, in characters; figures stand to its right. */
const WIDTH = 48

function linesOf(event: DrillEvent, { color, journalPath, position }: TerminalOptions): string[] {
  const paint: Paint = (colour, text) => (color ? styled(colour, text) : text)
  const mark = (good: boolean) => (good ? paint('green', '✔') : paint('red', '✘'))
  switch (event.kind) {
    case 'started': {
      const { title, file, profile, runtime, environment, seed } = event
      const where = environment === undefined ? '' : `, environment ${environment}`
      const facts = `${nameOf(file)}, profile ${profile}, runtime ${runtime}${where}, seed ${seed}`
      const name = position === undefined ? title : `${position} ${title}`
      return [`${paint('bold', `▶ ${name.padEnd(WIDTH)}`)} ${paint('dim', facts)}`]
    }
    case 'waiting':
      return waitingLines(event).map((line) => paint('dim', line))
    case 'gate': {
      const text = event.clean ? 'gate passed' : 'gate did not pass'
      const findings = event.findings.map((finding) => `      ${finding}`)
      const tolerated = event.tolerated.map((text) => paint('dim', `      tolerated: ${text}`))
      return [
        `  ${mark(event.clean)} ${text.padEnd(WIDTH - 2)} ${formatDuration(event.tookMs)}`,
        ...findings,
        ...tolerated,
      ]
    }
    case 'failing under load':
      return [`  ${mark(false)} not well under load, before any fault`, ...event.findings.map((one) => `      ${one}`)]
    case 'load': {
      const users = event.users === 1 ? '1 virtual user' : `${event.users} virtual users`
      const crowd = event.ratePerSecond === undefined ? users : `${event.ratePerSecond} tasks a second`
      const text = `load  ${crowd}, journey ${event.journey}`
      return [`  ${mark(true)} ${text.padEnd(WIDTH - 2)} ${formatDuration(event.tookMs)}`]
    }
    case 'watching':
      return [
        `  ${paint('dim', `· nothing is done: false alarms are watched for, for ${formatDuration(event.forMs)}`)}`,
      ]
    case 'stage':
      return [stageLine(event.stage, event.before, paint)]
    case 'step': {
      const { text, ok, detail } = event.step
      return [timeLine(event.sinceInjectedMs, 'step', `${text}: ${ok ? '' : 'failed: '}${detail}`)]
    }
    case 'put back': {
      const { putBack } = event.step
      return [timeLine(event.sinceInjectedMs, 'put back', `${putBack?.ok ? '' : 'failed: '}${putBack?.detail ?? ''}`)]
    }
    case 'expectation':
      // They are listed together at the end, where their figures can be compared.
      return []
    case 'lifted':
      return [
        timeLine(
          event.sinceInjectedMs,
          'lifted',
          `${event.fault}: ${event.changed ? '' : 'nothing was left to undo, '}${event.detail}`,
        ),
      ]
    case 'aborting':
      return [
        timeLine(event.sinceInjectedMs, paint('yellow', 'aborting'.padEnd(10)), `${event.why}; everything is lifted`),
      ]
    case 'finished':
      return [
        ...event.journal.expectations.map((one) => expectationLine(one, one.tried ? mark(one.met) : paint('dim', '–'))),
        ...verdictLines(event.journal, paint),
        ...(journalPath === undefined ? [] : [`  journal   ${journalPath}`]),
      ]
  }
}

function waitingLines({ findings, waitedMs, atMostMs, isNew, busy }: DrillEvent & { kind: 'waiting' }): string[] {
  const span = `${Math.round(waitedMs / 1_000)} s of at most ${Math.round(atMostMs / 1_000)} s`
  const details = [...findings, ...(busy === undefined ? [] : [busy, BUSY_NEXT])].map((text) => `      ${text}`)
  return [`  · waiting at the gate, ${span}`, ...(isNew ? details : [])]
}

/** A drill as it is named where it is run: by its file, without folder and ending. */
function nameOf(file: string): string {
  return basename(file).replace(/\.ya?ml$/, '')
}

function stageLine(
  { name, sinceInjectedMs, resolutionMs, detail }: Stage,
  before: number | undefined,
  paint: Paint,
): string {
  const resolution =
    resolutionMs >= 50 && sinceInjectedMs !== null ? ` ${paint('dim', `(±${formatDuration(resolutionMs)})`)}` : ''
  const earlier = before === undefined ? '' : ` ${paint('dim', `(not ${signedSeconds(before)} s)`)}`
  return `${timeLine(sinceInjectedMs, name, detail)}${resolution}${earlier}`
}

/** A moment of the timeline; without a time it did not come, or is taken back. */
function timeLine(sinceInjectedMs: number | null, name: string, detail: string): string {
  const since = sinceInjectedMs === null ? '–' : `${signedSeconds(sinceInjectedMs)} s`
  return `  ${since.padStart(8)}  ${name.padEnd(10)}  ${detail}`
}

function expectationLine(expectation: ExpectationResult, mark: string): string {
  const { kind, sinceInjectedMs, observed, floor } = expectation
  const line = `  ${mark} ${expectationText(expectation).padEnd(WIDTH + 6)}`
  const figure = sinceInjectedMs === null ? '' : `${seconds(sinceInjectedMs)} s`
  const parts = [
    figure.padStart(7),
    ...(floor === null ? [] : [`floor ${floorText(floor)}`]),
    // How much of a budget is gone has no other column.
    ...(outcomeOf(expectation) === 'met' && kind !== 'budget' ? [] : [observed]),
  ]
  return `${line} ${parts.join('  ')}`.trimEnd()
}

function verdictLines(journal: Journal, paint: Paint): string[] {
  const { verdict, mttdMs, reasons } = journal
  const from = countedFrom(journal)
  const lines = [`${paint('bold', 'VERDICT')}  ${paint(COLOURS[verdict], verdict)}`]
  for (const reason of reasons) lines.push(`  because   ${reason}`)
  if (mttdMs !== null) lines.push(`  detected  ${seconds(mttdMs)} s  ${from} → ${journal.mttdStage ?? 'received'}`)
  const repaired = repairedText(journal)
  if (repaired !== undefined) {
    lines.push(`  repaired  ${repaired.replace(' s', ` s  ${from} → ${repairedWith(journal)}`)}`)
  }
  const earlier = goodEarlierText(journal)
  if (earlier !== undefined) lines.push(`  steady    ${earlier.replace(' s,', ' s ')}`)
  const users = usersText(journal)
  if (users !== undefined) lines.push(`  users     ${users}`)
  for (const one of burntBudgets(journal)) {
    lines.push(
      `  budget    ${one.objective}: ${burntText(one.byEvents ?? one.byRules)} burnt, measured ${measuredText(one)}`,
    )
  }
  const safety = safetyText(journal)
  if (safety !== undefined) lines.push(`  safety    ${safety}`)
  const machine = machineText(journal)
  if (machine !== undefined) lines.push(`  machine   ${machine}`)
  return lines
}
