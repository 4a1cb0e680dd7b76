import { identify, type ProcessIdentity } from '../../base/system/process.ts'
import { done, notYet, waitUntil } from '../../base/wait.ts'
import type { SystemdUnit } from '../file/foreign-system.ts'
import { ForeignPid } from './foreign-pid.ts'
import type { LocalProcess, ReplicaControl, ReplicaLife } from './replica-control.ts'
import { Systemctl } from './systemctl.ts'

/** Control over a unit of systemd. */

/** How long a process may take to end after SIGKILL, and to be started. Milliseconds. */
const GONE_WITHIN_MS = 10_000
const STARTS_WITHIN_MS = 30_000

/**
 * The main process of a systemd unit that is not ours. It is stopped and started by systemd, and signalled directly, as a crash
 * would: then the unit's own `Restart=` applies.
 */
export class SystemdControl implements ReplicaControl {
  readonly description: string
  readonly #systemctl: Systemctl
  readonly #pid: ForeignPid

  constructor(unit: SystemdUnit, env: NodeJS.ProcessEnv) {
    this.description = `unit ${unit.name}${unit.user ? ' of the user' : ''}`
    this.#systemctl = new Systemctl(unit, env)
    this.#pid = new ForeignPid(this.description, () => this.#find())
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
    // A frozen process cannot end in order. It must not be killed before systemd stops the unit: `Restart=` would apply.
    if (current.halted) await this.thaw(current)
    await this.#systemctl.stop()
    if (!(await this.#pid.gone(current, GONE_WITHIN_MS))) {
      await this.signal(current, 'SIGKILL')
      await this.#pid.gone(current, GONE_WITHIN_MS)
    }
    this.#pid.release()
  }

  async start(): Promise<void> {
    await this.#systemctl.start()
    await waitUntil(
      async () => ((await this.look()) === undefined ? notYet(await this.#systemctl.state()) : done(undefined)),
      { what: this.description, timeoutMs: STARTS_WITHIN_MS, intervalMs: 50 },
    )
  }

  log(lines: number): Promise<string[]> {
    return this.#systemctl.log(lines)
  }

  async close(): Promise<void> {
    this.#pid.release()
  }

  async #find(): Promise<ProcessIdentity | undefined> {
    const pid = await this.#systemctl.mainPid()
    return pid > 1 ? identify(pid) : undefined
  }
}
