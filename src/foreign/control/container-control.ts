import { readFileSync } from 'node:fs'
import { messageOf } from '../../base/errors.ts'
import { signalProcess } from '../../base/system/process.ts'
import type { Engine } from '../../runtimes/compose/engine/engine.ts'
import { NUMBER_LABEL, SERVICE_LABEL } from '../../runtimes/compose/engine/labels.ts'
import { foreignErrors } from '../errors.ts'
import type { LocalProcess, ReplicaControl, ReplicaLife } from './replica-control.ts'
import { unpauseWhenOrphaned } from './unpause-when-orphaned.ts'

/** Control over a container of a Compose project that is not ours. */

/** What the engine gives a container to stop where its owner has not said it, and the most that is waited here. Seconds. */
const GRACE_SECONDS = 10
const MOST_GRACE_SECONDS = 25

/** The existing containers of a service of a Compose project, by number. */
export async function containersOf(
  engine: Engine,
  project: string,
  service: string,
): Promise<{ id: string; number: number }[]> {
  const found = await engine.containers(project)
  return found
    .filter(({ Labels }) => Labels[SERVICE_LABEL] === service && Labels['com.docker.compose.oneoff'] !== 'True')
    .map(({ Id, Labels }) => ({ id: Id, number: Number(Labels[NUMBER_LABEL] ?? 1) }))
    .sort((a, b) => a.number - b.number)
}

/** One container of a Compose project that is not ours: the nth of its service. */
export class ContainerControl implements ReplicaControl {
  readonly description: string
  readonly #engine: Engine
  readonly #find: () => Promise<string | undefined>
  #id: string | undefined
  #last: string | undefined
  /** Ends the process that would unpause the container if this one were killed. */
  #stopWatching: (() => void) | undefined

  constructor(engine: Engine, { project, service, index }: { project: string; service: string; index: number }) {
    this.#engine = engine
    this.description = `container ${index + 1} of ${project}/${service}`
    this.#find = async () => (await containersOf(engine, project, service))[index]?.id
  }

  async look(): Promise<ReplicaLife | undefined> {
    const current = await this.#look()
    this.#last = current?.life
    return current
  }

  /** As of the last look: the engine answers only after a while. */
  lives({ life }: ReplicaLife): boolean {
    return this.#last === life
  }

  /** The engine may be on another machine, where the pid is another process's. */
  local(current: ReplicaLife): LocalProcess | undefined {
    const { pid } = current
    return pid !== undefined && isOfContainer(pid, this.#idOf(current)) ? { pid, root: `/proc/${pid}/root` } : undefined
  }

  async signal(current: ReplicaLife, signal: NodeJS.Signals): Promise<void> {
    const id = this.#idOf(current)
    const { pid } = current
    // The engine treats its own kill as an operator's stop, after which no restart policy applies. A crash must not be that.
    if (pid !== undefined && isOfContainer(pid, id) && signalled(pid, signal)) {
      await this.look()
      return
    }
    await this.#acts(() => this.#engine.kill(id, signal))
  }

  async freeze(current: ReplicaLife): Promise<void> {
    const id = this.#idOf(current)
    this.#stopWatching?.()
    this.#stopWatching = unpauseWhenOrphaned(this.#engine.address, id)
    await this.#acts(() => this.#engine.act('pause', id))
  }

  async thaw(current: ReplicaLife): Promise<void> {
    await this.#acts(() => this.#unpause(this.#idOf(current)))
  }

  async stop(current: ReplicaLife): Promise<void> {
    const id = this.#idOf(current)
    await this.#acts(async () => {
      // A frozen container takes no signal.
      if (current.halted) await this.#unpause(id)
      const { Config } = await this.#engine.inspect(id)
      await this.#engine.stop(id, graceOf(Config.StopTimeout))
    })
  }

  async start(): Promise<void> {
    const id = this.#id ?? (await this.#find())
    if (id === undefined) {
      throw foreignErrors.error('FD_FOREIGN_PROCESS', {
        message: 'there is no such container',
        where: this.description,
      })
    }
    await this.#acts(async () => {
      // The engine waits longer before each restart, up to a minute, and takes such a container for one that runs already.
      if ((await this.#engine.inspect(id)).State.Restarting) await this.#engine.stop(id, 0)
      await this.#engine.act('start', id)
    })
  }

  async log(lines: number): Promise<string[]> {
    return this.#id === undefined ? [] : this.#engine.logs(this.#id, lines)
  }

  async close(): Promise<void> {}

  async #look(): Promise<ReplicaLife | undefined> {
    // Compose gives a container that it creates again another id.
    this.#id ??= await this.#find()
    if (this.#id === undefined) return undefined
    try {
      const { Id, State } = await this.#engine.inspect(this.#id)
      // A container that is being started is Running before it has a process.
      if (!State.Running || State.Pid === 0) return undefined
      return { life: `${Id}@${State.Pid}`, pid: State.Pid, halted: State.Paused }
    } catch (error) {
      this.#id = await this.#find()
      if (this.#id === undefined) return undefined
      throw error
    }
  }

  async #unpause(id: string): Promise<void> {
    await this.#engine.act('unpause', id)
    this.#stopWatching?.()
    this.#stopWatching = undefined
  }

  #idOf({ life }: ReplicaLife): string {
    return life.split('@')[0] ?? life
  }

  async #acts(act: () => Promise<void>): Promise<void> {
    try {
      await act()
    } catch (error) {
      throw foreignErrors.error('FD_FOREIGN_PROCESS', {
        message: messageOf(error),
        where: this.description,
        cause: error,
      })
    }
    await this.look().catch(() => undefined)
  }
}

/** In seconds; the owner may have allowed any time (-1). */
function graceOf(own = GRACE_SECONDS): number {
  return own < 0 ? MOST_GRACE_SECONDS : Math.min(own, MOST_GRACE_SECONDS)
}

/** Whether that pid is a process of this machine, and of that container: the engine may be on another machine. */
function isOfContainer(pid: number, id: string): boolean {
  try {
    return pid > 1 && readFileSync(`/proc/${pid}/cgroup`, 'utf8').includes(id)
  } catch {
    return false
  }
}

function signalled(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return signalProcess(pid, signal)
  } catch {
    return false
  }
}
