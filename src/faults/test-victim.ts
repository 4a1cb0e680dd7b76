import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Injection, Subject, SubjectAnswer, SubjectRequest } from './fault.ts'

export const injection: Injection = { id: '0a-1', forMs: 60_000, seed: 1, signal: new AbortController().signal }

/** A replica that is a real process: runs `program` until it is ended. */
export class Victim implements Subject {
  readonly service = 'victim'
  readonly replica = 'victim-1'
  readonly #program: string
  #child: ReturnType<typeof spawn> | undefined
  #state = 'stopped'
  #replicas = 1
  starts = 0

  constructor(program = '') {
    this.#program = program
  }
  static async running(program = ''): Promise<Victim> {
    const victim = new Victim(program)
    await victim.start()
    return victim
  }
  pid(): number | undefined {
    return this.#child?.pid
  }
  state(): string | undefined {
    return this.#replicas === 0 ? undefined : this.#state
  }
  replicas(): number {
    return this.#replicas
  }
  async kill(signal: NodeJS.Signals): Promise<void> {
    this.#child?.kill(signal)
  }
  async start(): Promise<void> {
    if (this.#child !== undefined) return
    const child = spawn(process.execPath, [
      '-e',
      `${this.#program}; process.stdout.write('ready'); setInterval(() => {}, 1000)`,
    ])
    child.once('exit', () => {
      if (this.#child !== child) return
      this.#child = undefined
      this.#state = 'exited'
    })
    this.#child = child
    this.starts++
    await once(child.stdout, 'data')
    this.#state = 'healthy'
  }
  async stop(): Promise<void> {
    const child = this.#child
    if (child !== undefined) {
      const exited = once(child, 'exit')
      child.kill('SIGTERM')
      await exited
    }
    this.#state = 'stopped'
  }
  async restart(): Promise<void> {
    await this.stop()
    await this.start()
  }
  async pause(): Promise<void> {
    this.#child?.kill('SIGSTOP')
    this.#state = 'paused'
  }
  async resume(): Promise<void> {
    this.#child?.kill('SIGCONT')
    this.#state = 'healthy'
  }
  async scale(replicas: number): Promise<void> {
    this.#replicas = replicas
  }
  async loadRules(): Promise<void> {
    throw new Error('a victim has no rules')
  }
  async request(_request: SubjectRequest): Promise<SubjectAnswer> {
    throw new Error('a victim answers nothing')
  }
  /** Ends it in any state. */
  async remove(): Promise<void> {
    const child = this.#child
    if (child === undefined) return
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
  }
}
