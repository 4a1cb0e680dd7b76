import { defined } from '../../base/defined.ts'
import { summarizeRepetitions } from '../../drills/journal/distribution.ts'
import type { Journal } from '../../drills/journal/journal.ts'
import { repetitionLines } from '../../reporters/plan.ts'
import { terminalLines } from '../../reporters/terminal.ts'
import type { RunOutput, RunPosition } from '../../workflows/run-drills.ts'
import { finish } from '../command.ts'
import type { Exit } from '../exit-codes.ts'
import { note, print, printJson, usesColour, write } from '../terminal/output.ts'

/** Prints runs as they go on: each stage, each verdict, and at the end all of them. Chooses the exit code. */
export class RunScreen {
  readonly #json: boolean
  readonly #repeated: boolean
  /** With --json the journal has stdout to itself, and so has a report that goes there. */
  readonly #stream: NodeJS.WriteStream
  #exit: Exit = 'ok'

  constructor(options: { json: boolean; repeated: boolean; isStdoutTaken: boolean }) {
    this.#json = options.json
    this.#repeated = options.repeated
    this.#stream = options.json || options.isStdoutTaken ? process.stderr : process.stdout
  }

  showEvent(event: Parameters<RunOutput['onEvent']>[0], position: RunPosition): void {
    const lines = terminalLines(event, { color: usesColour(this.#stream), ...positionText(position) })
    if (lines.length > 0) write(this.#stream, `${lines.join('\n')}\n`)
  }

  showJournal({ journal, path }: { journal: Journal; path: string | undefined }): void {
    const options = { color: usesColour(this.#stream), ...defined({ journalPath: path }) }
    const lines = terminalLines({ kind: 'finished', journal }, options)
    write(this.#stream, `${[...lines, ''].join('\n')}\n`)
    const exit = EXIT_BY_VERDICT[journal.verdict]
    if (GRAVITY.indexOf(exit) > GRAVITY.indexOf(this.#exit)) this.#exit = exit
    finish(this.#exit)
  }

  showEnd(journals: readonly Journal[], count: number): void {
    const left = count - journals.length
    if (left > 0) note(`${left} of ${count} runs did not begin`)
    const show = this.#stream === process.stderr ? note : print
    const repetitions = summarizeRepetitions(journals)
    if (this.#json)
      printJson(this.#repeated ? { repetitions, journals } : journals.length === 1 ? journals[0] : journals)
    else if (this.#repeated) for (const line of repetitionLines(repetitions)) show(line)
    else if (journals.length > 1)
      for (const { verdict, drill } of journals) show(`${verdict.padEnd(13)} ${drill.title}`)
  }
}

/** Of several drills, the gravest outcome is the command's. */
const GRAVITY: readonly Exit[] = ['ok', 'inconclusive', 'deviated', 'errored', 'aborted']
const EXIT_BY_VERDICT = {
  held: 'ok',
  deviated: 'deviated',
  inconclusive: 'inconclusive',
  aborted: 'aborted',
  errored: 'errored',
} as const satisfies Record<Journal['verdict'], Exit>

function positionText({ index, count }: RunPosition): { position?: string } {
  return count === 1 ? {} : { position: `${index + 1}/${count}` }
}
