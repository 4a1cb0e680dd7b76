import { type ChildProcess, spawn } from 'node:child_process'
import type { FiredrillError } from '../../base/errors.ts'
import { failureOf } from '../../base/system/child-failure.ts'
import { diesWithParent } from '../../base/system/command.ts'

/** A command of Firedrill in a process of its own, which leads a process group and ends with this one. */
export class ChildCommand {
  /** Undefined when it could not be started. */
  readonly pid: number | undefined
  /** Resolves when it has ended and all that it printed has arrived. Never rejects. */
  readonly ended: Promise<CommandEnd>
  readonly #child: ChildProcess
  readonly #output = new LastLines()
  #end: CommandEnd | undefined
  #isInterrupted = false

  /** `argv`: the program and its arguments; no shell reads them. */
  constructor(argv: readonly [string, ...string[]]) {
    const [first, ...others] = argv
    const { program, args } = diesWithParent({ program: first, args: others, env: {} }, { signal: 'TERM' })
    const child = spawn(program, args, {
      // What a person's own `firedrill run` would have, besides colours.
      env: { ...process.env, NO_COLOR: '1' },
      // Ctrl-C in the terminal reaches control only, which then ends its commands in order.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    this.#child = child
    this.pid = child.pid
    const failure = failureOf(child)
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => this.#output.add(stream, text))
    }
    this.ended = new Promise((resolve) => {
      const end = (code: number | null, signal: NodeJS.Signals | null) => {
        this.#end ??= { code, signal, failure: failure() }
        resolve(this.#end)
      }
      // After everything that it printed or sent has arrived.
      child.once('close', end)
      child.once('error', (error) => {
        this.#output.add(undefined, `${error.message}\n`)
        if (child.pid === undefined) end(null, null)
      })
    })
  }

  /** How it ended; undefined while it is under way. */
  get end(): CommandEnd | undefined {
    return this.#end
  }

  /** The last lines that it printed. */
  lines(): string[] {
    return this.#output.lines()
  }

  /** Asks it to stop, as Ctrl-C does. Once: a second Ctrl-C would end it before it has put things back. */
  interrupt(): void {
    if (this.#isInterrupted || this.#end !== undefined) return
    this.#isInterrupted = true
    this.#child.kill('SIGINT')
  }

  /** Ends it and all that it has started, at once. */
  kill(): void {
    if (this.#end !== undefined || this.pid === undefined) return
    try {
      process.kill(-this.pid, 'SIGKILL')
    } catch {
      // It has ended in this moment.
    }
  }
}

/** How a command ended. */
export interface CommandEnd {
  code: number | null
  signal: NodeJS.Signals | null
  /** The error with which it ended, where it has sent one. */
  failure: FiredrillError | undefined
}

/** Lines, and characters of one line, that are kept of what a command prints. */
const MOST_LINES = 200
const LONGEST_LINE = 500

/** The last lines of two streams. */
class LastLines {
  readonly #lines: string[] = []
  /** By stream: the beginning of a line whose end has not come yet. */
  readonly #begun = new Map<unknown, string>()

  add(stream: unknown, text: string): void {
    const [first = '', ...others] = text.split('\n')
    const parts = [(this.#begun.get(stream) ?? '') + first, ...others]
    const begun = parts.pop() ?? ''
    this.#begun.set(stream, begun.slice(0, LONGEST_LINE))
    this.#lines.push(...parts.map((line) => line.slice(0, LONGEST_LINE)))
    this.#lines.splice(0, this.#lines.length - MOST_LINES)
  }

  lines(): string[] {
    return [...this.#lines, ...[...this.#begun.values()].filter((line) => line !== '')]
  }
}
