import { execFile } from 'node:child_process'
import { messageOf } from '../../base/errors.ts'
import { visibleLine } from '../../base/text/visible.ts'
import { foreignErrors } from '../errors.ts'
import type { SystemdUnit } from '../file/foreign-system.ts'

/** The program `systemctl`, as far as it is used. */

/** Longest wait for an answer, and for a unit that stops or starts. Milliseconds. */
const ASK_MS = 5_000
const ACT_MS = 30_000
const MOST_OUTPUT_BYTES = 1024 ** 2

/** What systemd is asked about one unit, through its program `systemctl`. Every method but `log` throws FD_FOREIGN_PROCESS. */
export class Systemctl {
  readonly #unit: SystemdUnit
  readonly #env: NodeJS.ProcessEnv

  constructor(unit: SystemdUnit, env: NodeJS.ProcessEnv) {
    this.#unit = unit
    this.#env = env
  }

  /** 0 while the unit has no main process. */
  async mainPid(): Promise<number> {
    const { MainPID } = await this.#show('MainPID')
    return Number(MainPID) || 0
  }

  /** For people: "loaded, activating (auto-restart)". */
  async state(): Promise<string> {
    const { LoadState, ActiveState, SubState } = await this.#show('LoadState', 'ActiveState', 'SubState')
    return `${LoadState}, ${ActiveState} (${SubState})`
  }

  async isLoaded(): Promise<boolean> {
    return (await this.#show('LoadState')).LoadState === 'loaded'
  }

  /** A unit that takes longer is killed, as systemd does after the unit's own time. */
  async stop(): Promise<void> {
    await this.#run(['stop'], ACT_MS).catch(async (error: Error) => {
      if ((error.cause as { killed?: boolean } | undefined)?.killed !== true) throw error
      await this.#run(['kill', '--signal=SIGKILL'], ASK_MS)
    })
  }

  /** Also a unit that systemd no longer starts by itself, since it failed too often. */
  async start(): Promise<void> {
    // Fails for a unit that has not failed, in some versions.
    await this.#run(['reset-failed'], ASK_MS).catch(() => undefined)
    await this.#run(['start'], ACT_MS)
  }

  /** The last lines that the unit printed, oldest first; empty where this user may not read the journal. */
  async log(lines: number): Promise<string[]> {
    const args = [
      ...this.#scope(),
      '--unit',
      this.#unit.name,
      '--lines',
      String(lines),
      '--output',
      'cat',
      '--no-pager',
    ]
    const text = await this.#exec('journalctl', args, ASK_MS).catch(() => '')
    return text.split('\n').filter(Boolean).slice(-lines)
  }

  async #show(...properties: string[]): Promise<Record<string, string>> {
    const text = await this.#run(['show', `--property=${properties.join(',')}`], ASK_MS)
    return Object.fromEntries(
      text.split('\n').flatMap((line) => {
        const at = line.indexOf('=')
        return at > 0 ? [[line.slice(0, at), line.slice(at + 1).trim()]] : []
      }),
    )
  }

  #run(verb: readonly string[], withinMs: number): Promise<string> {
    return this.#exec('systemctl', [...this.#scope(), '--no-ask-password', ...verb, '--', this.#unit.name], withinMs)
  }

  #scope(): string[] {
    return this.#unit.user ? ['--user'] : []
  }

  /** No shell reads the arguments. */
  #exec(program: string, args: readonly string[], timeout: number): Promise<string> {
    const options = { env: this.#env, timeout, killSignal: 'SIGKILL' as const, maxBuffer: MOST_OUTPUT_BYTES }
    return new Promise((resolve, reject) => {
      execFile(program, [...args], { ...options, encoding: 'utf8' }, (error, stdout, stderr) => {
        if (error === null) return resolve(stdout)
        const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT'
        const why =
          error.killed === true
            ? `no answer within ${timeout / 1_000} s`
            : visibleLine(stderr.trim()) || messageOf(error)
        reject(
          foreignErrors.error('FD_FOREIGN_PROCESS', {
            message: isMissing ? `there is no program ${program}` : `${program} ${args.join(' ')}: ${why}`,
            where: `unit ${this.#unit.name}`,
            ...(isMissing
              ? { next: 'a `systemd` service needs systemd: `process` describes a program without it' }
              : {}),
            cause: error,
          }),
        )
      })
    })
  }
}
