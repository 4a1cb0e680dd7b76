import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { defined } from '../../base/defined.ts'
import { messageOf } from '../../base/errors.ts'
import type { ProcessIdentity } from '../../base/system/process.ts'
import { done, notYet, sleep, waitUntil } from '../../base/wait.ts'
import { tailLog } from '../../runtimes/native/process/log-file.ts'
import { foreignErrors } from '../errors.ts'
import type { Command, ForeignProcess } from '../file/foreign-system.ts'
import { findProcess } from './find-process.ts'
import { ForeignPid } from './foreign-pid.ts'
import { ANOTHER_PROGRAM, whyAnother } from './process-facts.ts'
import type { LocalProcess, ReplicaControl, ReplicaLife } from './replica-control.ts'

/** Control over a process that is not ours. */

/** How long a process may take to end after it is asked to, in milliseconds, before SIGKILL. */
const GRACE_MS = 10_000
/** Bound of a stop command, and of the wait for a process that a start command starts. Milliseconds. */
const COMMAND_MS = 30_000

/** A process of this machine that is not ours. A process that is started here outlives this one. */
export class ProcessControl implements ReplicaControl {
  readonly description: string
  readonly #process: ForeignProcess
  readonly #pid: ForeignPid

  constructor(one: ForeignProcess) {
    this.#process = one
    this.description = one.known.by === 'pidFile' ? `process of ${one.known.path}` : `process on port ${one.known.port}`
    // A search of all processes for a listener costs milliseconds.
    this.#pid = new ForeignPid(`${this.description}, in ${one.cwd}`, () => this.#find())
  }

  look(): Promise<ReplicaLife | undefined> {
    return this.#pid.look()
  }

  lives(current: ReplicaLife): boolean {
    return this.#pid.lives(current)
  }

  local(current: ReplicaLife): LocalProcess | undefined {
    return this.#pid.local(current)
  }

  signal(current: ReplicaLife, signal: NodeJS.Signals): Promise<void> {
    return this.#pid.signal(current, signal)
  }

  freeze(current: ReplicaLife): Promise<void> {
    return this.#pid.freeze(current)
  }

  thaw(current: ReplicaLife): Promise<void> {
    return this.#pid.thaw(current)
  }

  async stop(current: ReplicaLife): Promise<void> {
    const { stop } = this.#process
    // A hung process cannot be asked to stop, and neither can its service manager ask it.
    if (current.halted) await this.signal(current, 'SIGKILL')
    if (stop !== undefined) await this.#command(stop)
    else await this.signal(current, 'SIGTERM')
    if (!(await this.#pid.gone(current, GRACE_MS))) {
      await this.signal(current, 'SIGKILL')
      await this.#pid.gone(current, GRACE_MS)
    }
    this.#pid.release()
  }

  /** @throws FD_FOREIGN_PROCESS when what is found there is another program than the description says */
  #find(): ProcessIdentity | undefined {
    const { known, is } = this.#process
    const found = findProcess(known)
    const another = found === undefined || is === undefined ? undefined : whyAnother(found.pid, is)
    if (found === undefined || another === undefined) return found
    throw this.#failed(`pid ${found.pid} ${ANOTHER_PROGRAM}: ${another}`)
  }

  async start(): Promise<void> {
    const ended = this.#spawn(this.#process.start)
    let failure: Error | undefined
    ended.catch((error: Error) => {
      failure = error
    })
    await waitUntil(
      async () => {
        if (failure !== undefined) throw failure
        return (await this.look()) === undefined ? notYet('there is no such process') : done(undefined)
      },
      { what: this.description, timeoutMs: COMMAND_MS, intervalMs: 10, fatal: (error) => error === failure },
    )
  }

  async log(lines: number): Promise<string[]> {
    const { log } = this.#process
    // Reading a pipe would block; of a long log, only the end is read.
    const isFile = log !== undefined && (await stat(log).catch(() => undefined))?.isFile() === true
    return isFile ? (await tailLog(log, lines).catch(() => [])).filter(Boolean) : []
  }

  async close(): Promise<void> {
    this.#pid.release()
  }

  async #command(command: Command): Promise<void> {
    const waiting = new AbortController()
    const late = sleep(COMMAND_MS, waiting.signal).then(() => {
      throw this.#failed(`"${command.join(' ')}" did not end within ${COMMAND_MS / 1_000} s`)
    })
    await Promise.race([this.#spawn(command), late]).finally(() => waiting.abort())
  }

  /** Starts a program that may run without end. Rejects when it cannot be run, or has failed. */
  async #spawn([program, ...args]: Command): Promise<void> {
    const { cwd, env, log } = this.#process
    if (log !== undefined) mkdirSync(dirname(log), { recursive: true })
    const output = log === undefined ? ('ignore' as const) : openSync(log, 'a')
    const commandLine = `"${[program, ...args].join(' ')}"`
    let code: number | null
    let signal: string | null
    try {
      const child = spawn(program, args, {
        cwd,
        env: { ...process.env, ...env },
        stdio: ['ignore', output, output],
        detached: true,
      })
      child.unref()
      ;[code, signal] = (await once(child, 'exit')) as [number | null, string | null]
    } catch (error) {
      throw this.#failed(`${commandLine} cannot be run: ${messageOf(error)}`, error)
    } finally {
      if (output !== 'ignore') closeSync(output)
    }
    if (code !== 0) throw this.#failed(`${commandLine} ended with ${signal ?? `exit code ${code}`}`)
  }

  #failed(message: string, cause?: unknown) {
    const { log, cwd } = this.#process
    return foreignErrors.error('FD_FOREIGN_PROCESS', {
      message,
      where: `${this.description}, in ${cwd}`,
      ...(log === undefined ? {} : { next: `its output is in ${log}` }),
      ...defined({ cause }),
    })
  }
}
