import { messageOf } from '../../base/errors.ts'
import { isHalted, isSame, type ProcessIdentity, signalProcess } from '../../base/system/process.ts'
import { done, notYet, waitUntil } from '../../base/wait.ts'
import { foreignErrors } from '../errors.ts'
import { type Frozen, freeze } from './freeze.ts'
import type { LocalProcess, ReplicaLife } from './replica-control.ts'

/** A process of this machine that is not ours: how it is observed, signalled, frozen and thawed, whichever way it was found. */
export class ForeignPid {
  readonly #description: string
  readonly #find: () => ProcessIdentity | undefined | Promise<ProcessIdentity | undefined>
  #seen: ProcessIdentity | undefined
  #frozen: { life: string; process: Frozen } | undefined

  /** `find` is called only when the known process is gone: it may cost milliseconds. */
  constructor(description: string, find: () => ProcessIdentity | undefined | Promise<ProcessIdentity | undefined>) {
    this.#description = description
    this.#find = find
  }

  async look(): Promise<ReplicaLife | undefined> {
    if (this.#seen === undefined || !isSame(this.#seen)) this.#seen = await this.#find()
    if (this.#seen === undefined) return undefined
    const { pid } = this.#seen
    return { life: lifeOf(this.#seen), pid, halted: isHalted(pid) }
  }

  lives({ life }: ReplicaLife): boolean {
    return this.#seen !== undefined && lifeOf(this.#seen) === life && isSame(this.#seen)
  }

  local(current: ReplicaLife): LocalProcess | undefined {
    return this.lives(current) && current.pid !== undefined ? { pid: current.pid, root: '' } : undefined
  }

  async signal(current: ReplicaLife, signal: NodeJS.Signals): Promise<void> {
    const { pid } = current
    if (!this.lives(current) || pid === undefined) return
    this.#attempt(`pid ${pid} takes no ${signal} from this user`, () => signalProcess(pid, signal))
  }

  async freeze(current: ReplicaLife): Promise<void> {
    const { pid, life } = current
    if (!this.lives(current) || pid === undefined) return
    this.#attempt(`pid ${pid} takes no SIGSTOP from this user`, () => {
      this.#frozen = { life, process: freeze(pid) }
    })
  }

  async thaw(current: ReplicaLife): Promise<void> {
    if (this.#frozen?.life === current.life) this.#frozen.process.thaw()
    else await this.signal(current, 'SIGCONT')
    this.#frozen = undefined
  }

  /** Thaws what was frozen here, in any state. */
  release(): void {
    this.#frozen?.process.thaw()
    this.#frozen = undefined
  }

  /** Resolves with whether that life has ended in time. */
  gone(current: ReplicaLife, withinMs: number): Promise<boolean> {
    return waitUntil(async () => (this.lives(current) ? notYet(`pid ${current.pid} still runs`) : done(true)), {
      what: `${this.#description} to end`,
      timeoutMs: withinMs,
      intervalMs: 10,
    }).catch(() => false)
  }

  #attempt(message: string, act: () => void): void {
    try {
      act()
    } catch (error) {
      throw foreignErrors.error('FD_FOREIGN_PROCESS', {
        message: `${message}: ${messageOf(error)}`,
        where: this.#description,
        cause: error,
      })
    }
  }
}

function lifeOf({ pid, startedAt }: ProcessIdentity): string {
  return `${pid}@${startedAt}`
}
