import { done, notYet, sleep, waitUntil } from '../../base/wait.ts'
import type { Address, Part, SecretName } from '../../stack/part.ts'
import { checkHealth } from '../health.ts'
import { Replica } from '../replica.ts'
import { type ReplicaHost, type ReplicaSlot, type ReplicasOf, replicaId } from '../replica-host.ts'
import type { Capabilities } from '../runtime.ts'
import { runContainer } from './container.ts'
import type { ContainerDetails, EngineEvent } from './engine/engine.ts'
import { NUMBER_LABEL, SERVICE_LABEL } from './engine/labels.ts'
import type { ProxiedEngine } from './engine/proxied-engine.ts'
import { composeErrors } from './errors.ts'

/** The host of the compose runtime: containers of one project. */

const FOLLOW_AGAIN_MS = 1_000
const CREATED_WITHIN_MS = 180_000

export interface ComposeOptions {
  engine: ProxiedEngine
  /** Name of the compose project. */
  project: string
  parts: readonly Part[]
  secret(name: SecretName): string
  /** Creates the project's containers when this runtime is to bring them up; absent where compose has done it. */
  create?(signal?: AbortSignal): Promise<void>
  /** Port under which a part's page is published on the engine's machine, if it is. */
  published?(part: string): string | undefined
  /** Called with the image of each container that becomes a replica. */
  runs?(part: string, image: string): void
  /** Called with the replicas that exist, by the names that containers have for each other: addresses change with each life. */
  changed?(replicasOf: (part: string) => { id: string; address: Address }[]): Promise<void>
  /** How long a replica that is scaled away still runs, in milliseconds. Default 0. */
  drainMs?: number
  random?: () => number
}

/** The container that runs a replica at the moment. */
interface ContainerLife {
  /** Stays the same when another container replaces it. */
  name: string
  ip: string
  /** The settings that it was created with. */
  settings: string
}

/** The containers of a compose project. They are created by compose; what happens to them afterwards is decided here. */
export class ComposeHost implements ReplicaHost {
  readonly name = 'compose'
  readonly capabilities: Capabilities = { canKill: true, canPause: true, canScale: true }
  readonly drainMs: number
  readonly #options: ComposeOptions
  readonly #lives = new Map<Replica, ContainerLife>()
  readonly #closing = new AbortController()

  constructor(options: ComposeOptions) {
    this.#options = options
    this.drainMs = options.drainMs ?? 0
  }

  async open(signal?: AbortSignal): Promise<void> {
    const { create, parts } = this.#options
    await create?.(signal)
    const missing = async () => {
      const found = await this.#options.engine.containers(this.#options.project)
      const there = new Set(found.map(({ Labels }) => Labels[SERVICE_LABEL]))
      return parts.map(({ name }) => name).filter((name) => !there.has(name))
    }
    // Compose creates them one after the other, and begins with this process where it is one of them.
    await waitUntil(
      async () => {
        const names = await missing()
        return names.length === 0 ? done(undefined) : notYet(`no container for ${names.join(', ')}`)
      },
      { what: 'the containers of the project', timeoutMs: CREATED_WITHIN_MS, intervalMs: 200, signal },
    )
  }

  async begin(slot: ReplicaSlot): Promise<Replica[]> {
    const { engine, project } = this.#options
    const { name } = slot.part
    const found = (await engine.containers(project))
      .filter(({ Labels }) => Labels[SERVICE_LABEL] === name && Labels['com.docker.compose.oneoff'] !== 'True')
      .map(({ Id, Labels }) => ({ id: Id, number: Number(Labels[NUMBER_LABEL] ?? 1) }))
      .sort((a, b) => a.number - b.number)
    if (found.length > 0) return Promise.all(found.map(({ id, number }) => this.#replica(slot, id, number)))
    throw composeErrors.error('FD_COMPOSE_NO_CONTAINER', {
      message: `the project has no container for ${name}`,
      where: `project ${project}`,
      next: `docker compose -p ${project} up -d`,
    })
  }

  async add(slot: ReplicaSlot): Promise<Replica> {
    const { engine } = this.#options
    const { part, number } = slot
    const original = [...this.#lives].find(([replica]) => replica.part.name === part.name)?.[1]
    if (original === undefined) {
      throw composeErrors.error('FD_COMPOSE_NO_CONTAINER', {
        message: `${part.name} has no container left to make another one like`,
        next: `docker compose up -d --no-deps ${part.name}`,
      })
    }
    const id = await engine.copy(original.name, { number, settings: slot.settings() })
    return this.#replica(slot, id, number)
  }

  async remove(replica: Replica): Promise<void> {
    const life = this.#lifeOf(replica)
    this.#lives.delete(replica)
    await this.#options.engine.remove(life.name)
  }

  async ready(): Promise<void> {
    void this.#follow()
  }

  async changed(replicasOf: ReplicasOf): Promise<void> {
    await this.#options.changed?.((part) =>
      replicasOf(part).map((replica) => ({
        id: replica.id,
        address: { host: this.#lifeOf(replica).name, port: replica.address.port },
      })),
    )
  }

  origin({ part }: Replica): string | undefined {
    const port = this.#options.published?.(part.name)
    return port === undefined ? undefined : `http://127.0.0.1:${port}`
  }

  logs(replica: Replica, lines: number): Promise<string[]> {
    return this.#options.engine.logs(this.#lifeOf(replica).name, lines)
  }

  async close(): Promise<void> {
    this.#closing.abort(new Error('the stack is down'))
    await this.#options.engine.close()
  }

  async #replica({ part, settings, emit }: ReplicaSlot, id: string, number: number): Promise<Replica> {
    const { engine, secret, random, runs } = this.#options
    const details = await engine.inspect(id)
    runs?.(part.name, details.Config.Image)
    const life: ContainerLife = {
      name: details.Name.replace(/^\//, ''),
      ip: ipOf(details),
      settings: JSON.stringify(settings()),
    }
    const address = (): Address => ({ host: life.ip, port: part.preferredPort })
    const name = replicaId(part, number)
    const replica = new Replica({
      id: name,
      part,
      address,
      launch: async () => {
        await this.#applySettings(life, settings())
        const running = await runContainer(engine, life.name)
        life.ip = ipOf(await engine.inspect(life.name)) || life.ip
        return running
      },
      checkHealth: (timeoutMs) => checkHealth(part, { address: address(), secret, timeoutMs }),
      tail: (lines) => engine.logs(life.name, lines),
      emit: emit(name),
      random: random ?? Math.random,
    })
    this.#lives.set(replica, life)
    return replica
  }

  /** A container's environment is fixed when it is created: other settings need another container instead. */
  async #applySettings(life: ContainerLife, settings: Record<string, string>): Promise<void> {
    const wanted = JSON.stringify(settings)
    if (wanted === life.settings) return
    await this.#options.engine.replace(life.name, settings)
    life.settings = wanted
  }

  /** Takes over replicas that somebody else has started: `docker start`, or the engine after its own restart. */
  async #follow(): Promise<void> {
    const { engine, project } = this.#options
    const { signal } = this.#closing
    const onEvent = ({ Action, Actor }: EngineEvent) => {
      if (Action !== 'start') return
      for (const [replica, { name }] of this.#lives) {
        const idle = replica.state === 'stopped' || replica.state === 'exited'
        if (name === Actor.Attributes.name && idle) replica.start('operator').catch(() => undefined)
      }
    }
    while (!signal.aborted) {
      await engine.follow(project, onEvent, signal).catch(() => undefined)
      await sleep(FOLLOW_AGAIN_MS, signal).catch(() => undefined)
    }
  }

  #lifeOf(replica: Replica): ContainerLife {
    const life = this.#lives.get(replica)
    if (life !== undefined) return life
    throw composeErrors.error('FD_COMPOSE_NO_CONTAINER', { message: `${replica.id} was removed` })
  }
}

/** Its address in the first of its networks; empty while it does not run. */
function ipOf({ NetworkSettings: { Networks } }: ContainerDetails): string {
  return Object.values(Networks).find(({ IPAddress }) => IPAddress !== '')?.IPAddress ?? ''
}
