import { type ChildProcess, fork } from 'node:child_process'
import { closeSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type ErrorCode, FiredrillError } from '../../base/errors.ts'
import { openLog } from '../../runtimes/native/process/log-file.ts'
import type { StateFolder } from '../../runtimes/native/state/state-folder.ts'
import { foreignErrors } from '../errors.ts'
import { type Failed, GUARD_METHODS, type Guard, type GuardAnswer, type LeftFault } from './guard.ts'

/** Starts the guardian of a run, and talks to it. */

const READY_WITHIN_MS = 20_000
/** A start waits until the replica is healthy, a stop until it has ended. */
const ANSWER_WITHIN_MS = 90_000
/** A rollout replaces one pod after the other, and another number of pods must be ready. */
const WORKLOAD_WITHIN_MS = 11 * 60_000
/** A fault on a workload waits for the Job that watches it, and for its proof. */
const LONG = ['inject', 'restart', 'scale']
const LEAVES_WITHIN_MS = 30_000

/** Starts the process that holds a run's faults. @throws FD_FOREIGN_GUARDIAN when it does not come up */
export async function startGuardian(file: string, folder: StateFolder): Promise<Guard & { pid: number | undefined }> {
  const logPath = folder.log('guardian')
  const log = openLog(logPath)
  const program = fileURLToPath(new URL('./guardian-main.js', import.meta.url))
  const child = fork(program, [file, folder.path, String(process.pid)], {
    // Ctrl-C in the terminal, and kill -9 of the run's process group, do not reach it.
    detached: true,
    // Half of the young generation, in MiB. It would grow to 16 while modules load, and is never given back: 45 MB instead of 59.
    execArgv: ['--max-semi-space-size=1'],
    stdio: ['ignore', log, log, 'ipc'],
  })
  closeSync(log)
  const link = new Link(child, logPath)
  await link.ready()
  const guard = Object.fromEntries(
    GUARD_METHODS.map((method) => [method, (...args: unknown[]) => link.ask(method, args)]),
  ) as unknown as Guard
  return { ...guard, close: () => link.leave(), pid: child.pid }
}

/** Requests to the guardian, and its answers. */
class Link {
  readonly #child: ChildProcess
  readonly #logPath: string
  readonly #open = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>()
  readonly #ready: Promise<void>
  readonly #exited: Promise<void>
  #lastId = 0
  #gone: string | undefined

  constructor(child: ChildProcess, logPath: string) {
    this.#child = child
    this.#logPath = logPath
    let isReady: () => void = () => undefined
    let refuse: (error: Error) => void = () => undefined
    this.#ready = new Promise((resolve, reject) => {
      isReady = resolve
      refuse = reject
    })
    // It may end before anybody waits.
    this.#ready.catch(() => undefined)
    child.on('message', (answer: GuardAnswer) => {
      if ('ready' in answer) isReady()
      else if ('failed' in answer) refuse(errorOf(answer.failed))
      else this.#settle(answer)
    })
    this.#exited = new Promise((resolve) => {
      const end = (how: string) => {
        this.#gone = how
        for (const { reject } of this.#open.values()) reject(this.#silent(how))
        this.#open.clear()
        resolve()
      }
      child.once('exit', (code, signal) =>
        end(signal === null ? `it ended with exit code ${code}` : `it ended with ${signal}`),
      )
      child.once('error', (error) => end(error.message))
    })
  }

  async ready(): Promise<void> {
    await this.#bounded(READY_WITHIN_MS, Promise.race([this.#ready, this.#exited]))
    if (this.#gone !== undefined) throw this.#silent(this.#gone)
  }

  ask(method: string, args: unknown[]): Promise<unknown> {
    if (this.#gone !== undefined) return Promise.reject(this.#silent(this.#gone))
    const id = ++this.#lastId
    const answer = new Promise<unknown>((resolve, reject) => this.#open.set(id, { resolve, reject }))
    this.#child.send({ id, method, args }, (error) => {
      if (error !== null) this.#settle({ id, error: { message: error.message } })
    })
    const boundMs = LONG.includes(method) ? WORKLOAD_WITHIN_MS : ANSWER_WITHIN_MS
    return this.#bounded(boundMs, answer).finally(() => this.#open.delete(id))
  }

  /** Resolves when it has undone everything and ended, or with what it could not undo yet: then it tries on without the run. */
  async leave(): Promise<LeftFault[]> {
    if (this.#gone !== undefined) return []
    // Without this request, too, it sees the end: the channel closes.
    const left = (await this.ask('close', []).catch(() => {
      if (this.#child.connected) this.#child.disconnect()
      return []
    })) as LeftFault[]
    if (left.length > 0) {
      if (this.#child.connected) this.#child.disconnect()
      this.#child.unref()
      return left
    }
    await this.#bounded(LEAVES_WITHIN_MS, this.#exited)
    return []
  }

  #settle(answer: Extract<GuardAnswer, { id: number }>): void {
    const open = this.#open.get(answer.id)
    if (open === undefined) return
    if ('result' in answer) {
      open.resolve(answer.result)
      return
    }
    open.reject(errorOf(answer.error))
  }

  async #bounded<T>(withinMs: number, answer: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(this.#silent(`no answer within ${withinMs / 1_000} s`)), withinMs)
    })
    return Promise.race([answer, late]).finally(() => clearTimeout(timer))
  }

  #silent(given: string): FiredrillError {
    return foreignErrors.error('FD_FOREIGN_GUARDIAN', {
      message: "the process that holds the run's faults does not answer",
      given,
      next: `its output is in ${this.#logPath}`,
    })
  }
}

function errorOf({ message, code, details }: Failed): Error {
  return code === undefined ? new Error(message) : new FiredrillError(code as ErrorCode, { ...details, message })
}
