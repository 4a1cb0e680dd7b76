import { apiErrors } from '../errors.ts'
import { ChildCommand } from './child-command.ts'

/** Commands of Firedrill that control runs in processes of their own, for the console: drills and loads. They end with control. */
export class ChildCommands {
  readonly #program: readonly [string, ...string[]]
  readonly #statePath: string
  readonly #graceMs: number
  readonly #underWay = new Set<ChildCommand>()
  #isClosed = false

  /** `program`: how Firedrill starts itself, `[node, run-main.js]`. `graceMs`: how long a command may take to end in order. */
  constructor({ program, statePath, graceMs = GRACE_MS }: ChildCommandsOptions) {
    this.#program = program
    this.#statePath = statePath
    this.#graceMs = graceMs
  }

  /** Starts `firedrill ARGS` on the state folder of this stack. @throws FD_COMMANDS_TOO_MANY */
  start(args: readonly string[]): ChildCommand {
    if (this.#isClosed || this.#underWay.size >= MOST) {
      throw apiErrors.error('FD_COMMANDS_TOO_MANY', {
        message: this.#isClosed ? 'the stack is stopping' : `${this.#underWay.size} commands are under way already`,
        expected: `at most ${MOST} runs and loads at a time that the console has started`,
        next: 'stop one of them, or wait until it is over',
      })
    }
    const command = new ChildCommand([...this.#program, ...args, '--state', this.#statePath])
    this.#underWay.add(command)
    void command.ended.then(() => this.#underWay.delete(command))
    return command
  }

  /** Interrupts every command, so that it puts things back; ends what is still there after the grace. Starts no more. */
  async close(): Promise<void> {
    this.#isClosed = true
    const commands = [...this.#underWay]
    if (commands.length === 0) return
    for (const command of commands) command.interrupt()
    const timer = setTimeout(() => {
      for (const command of commands) command.kill()
    }, this.#graceMs)
    await Promise.all(commands.map(({ ended }) => ended))
    clearTimeout(timer)
  }
}

export interface ChildCommandsOptions {
  program: readonly [string, ...string[]]
  /** Path of the state folder. */
  statePath: string
  graceMs?: number
}

/** Commands at a time. Runs take turns and a load fills a machine: more is a mistake. */
const MOST = 4
const GRACE_MS = 15_000
