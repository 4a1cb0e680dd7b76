import { Mirror } from '../base/files/mirror.ts'
import { inTurn } from '../base/in-turn.ts'
import { Troubles } from '../base/system/troubles.ts'
import { sleep } from '../base/wait.ts'
import type { Part } from '../stack/part.ts'
import { checkSettings } from './check-settings.ts'
import { EventLog } from './event-log.ts'
import { findReplicas, findService } from './find-replicas.ts'
import { startWaves, stopWaves } from './order.ts'
import type { Replica } from './replica.ts'
import { type ReplicaHost, type ReplicaSlot, type ReplicasOf, replicaId } from './replica-host.ts'
import type { Actor, Capabilities, Runtime, RuntimeEvent, ServiceStatus, Target } from './runtime.ts'
import { runtimeErrors } from './runtime.ts'

/** The runtime over a host: the same supervision for processes, containers and replicas in memory. */

interface Service {
  part: Part
  replicas: Replica[]
  settings: Record<string, string>
  /** Settings were changed, and not every replica runs with them yet. */
  partlyConfigured: boolean
}

/** Runs a stack on a host: order, restarts, scaling and settings are decided here, once for every runtime of ours. */
export class SupervisedRuntime implements Runtime {
  readonly name: string
  readonly capabilities: Capabilities
  readonly #host: ReplicaHost
  readonly #parts: readonly Part[]
  readonly #services = new Map<string, Service>()
  readonly #log = new EventLog()
  readonly #stopping = new AbortController()
  readonly #changed: () => unknown
  /** Prometheus' lists of targets, which follow the replicas. */
  readonly #targets: Mirror
  #down: Promise<void> | undefined

  /** @param troubles Records what could not be written. Default: nothing is recorded. */
  constructor(parts: readonly Part[], host: ReplicaHost, troubles = new Troubles()) {
    this.name = host.name
    this.capabilities = host.capabilities
    this.#host = host
    this.#parts = parts
    this.#changed = inTurn(() => host.changed(this.#replicasOf))
    this.#targets = new Mirror("Prometheus' lists of targets", this.#changed, { troubles })
    for (const part of parts)
      this.#services.set(part.name, { part, replicas: [], settings: {}, partlyConfigured: false })
  }

  async up(signal?: AbortSignal): Promise<void> {
    await this.#host.open(signal)
    for (const service of this.#services.values()) {
      service.replicas.push(...(await this.#host.begin(this.#slot(service))))
    }
    await this.#host.ready(this.#replicasOf)
    await this.#changed()
    const failed = new AbortController()
    const either = AbortSignal.any([failed.signal, this.#stopping.signal, ...(signal === undefined ? [] : [signal])])
    const healthy = new Map<string, Promise<void>>()
    for (const part of startWaves(this.#parts).flat()) {
      const start = async () => {
        await Promise.all(part.dependsOn.map((name) => healthy.get(name)))
        for (const replica of this.#find(part.name).replicas) await replica.start('operator', either)
      }
      healthy.set(
        part.name,
        start().catch((error: unknown) => {
          failed.abort(error)
          throw error
        }),
      )
    }
    try {
      const results = await Promise.allSettled(healthy.values())
      signal?.throwIfAborted()
      failed.signal.throwIfAborted()
      this.#stopping.signal.throwIfAborted()
      for (const result of results) if (result.status === 'rejected') throw result.reason
    } catch (error) {
      await this.down()
      throw error
    }
  }

  down(): Promise<void> {
    this.#down ??= this.#stopAll()
    return this.#down
  }

  async #stopAll(): Promise<void> {
    this.#stopping.abort(new Error('the stack is stopping'))
    for (const wave of stopWaves(this.#parts)) {
      await Promise.all(
        wave.flatMap((part) => this.#find(part.name).replicas.map((replica) => replica.stop('operator'))),
      )
    }
    this.#targets.close()
    await this.#host.close()
  }

  services(): ServiceStatus[] {
    return [...this.#services.values()].map(({ part, replicas, settings }) => {
      const origin = replicas[0] === undefined ? undefined : this.#host.origin(replicas[0])
      return {
        name: part.name,
        kind: part.kind,
        summary: part.summary,
        replicas: replicas.map((replica) => replica.status()),
        maxReplicas: part.maxReplicas ?? 1,
        ...(part.takesFaults ? { takesFaults: true as const } : {}),
        ...configuredOf(settings),
        ...(part.password === undefined ? {} : { asksPassword: true as const }),
        ...(part.page === undefined || origin === undefined ? {} : { url: `${origin}${part.page}` }),
      }
    })
  }

  events(afterSequence = 0): RuntimeEvent[] {
    return this.#log.after(afterSequence)
  }

  onEvent(listener: (event: RuntimeEvent) => void): () => void {
    return this.#log.subscribe(listener)
  }

  async start(target: Target, actor: Actor): Promise<void> {
    await Promise.all(this.#replicas(target).map((replica) => replica.start(actor)))
  }

  async stop(target: Target, actor: Actor): Promise<void> {
    await Promise.all(this.#replicas(target).map((replica) => replica.stop(actor)))
  }

  async kill(target: Target, signal: NodeJS.Signals, _actor: Actor): Promise<void> {
    await this.#first(target).kill(signal)
  }

  async pause(target: Target, actor: Actor): Promise<void> {
    for (const replica of this.#replicas(target)) await replica.pause(actor)
  }

  async resume(target: Target, actor: Actor): Promise<void> {
    for (const replica of this.#replicas(target)) await replica.resume(actor)
  }

  async restart(target: Target, actor: Actor): Promise<void> {
    await Promise.all(this.#replicas(target).map(async (replica) => replica.restart(actor)))
  }

  async scale(name: string, count: number, actor: Actor): Promise<void> {
    const service = this.#find(name)
    const max = service.part.maxReplicas ?? 1
    if (!Number.isInteger(count) || count < 0 || count > max) {
      throw runtimeErrors.error('FD_RUNTIME_UNSUPPORTED', {
        message: `${name} cannot be scaled to ${count}`,
        expected: `a whole number from 0 to ${max}`,
        given: String(count),
      })
    }
    this.#log.emit({
      service: name,
      replica: name,
      kind: 'scaled',
      actor,
      detail: `${service.replicas.length} to ${count}`,
    })
    const added: Replica[] = []
    while (service.replicas.length + added.length < count) {
      added.push(await this.#host.add(this.#slot(service, added)))
    }
    try {
      await Promise.all(added.map((replica) => replica.start(actor)))
    } catch (error) {
      // All of them or none: a replica that is not listed would be restarted unseen.
      await this.#discard(added, actor)
      throw error
    }
    service.replicas.push(...added)
    const removed = service.replicas.splice(count)
    await this.#targets.write()
    if (removed.length > 0) await sleep(this.#host.drainMs, this.#stopping.signal).catch(() => undefined)
    await this.#discard(removed, actor)
  }

  async #discard(replicas: readonly Replica[], actor: Actor): Promise<void> {
    await Promise.all(
      replicas.map(async (replica) => {
        await replica.stop(actor)
        await this.#host.remove(replica)
      }),
    )
  }

  async configure(name: string, settings: Record<string, string | null>, actor: Actor): Promise<void> {
    const service = this.#find(name)
    checkSettings(service.part, settings, { present: service.settings, actor })
    const changes = Object.entries(settings).filter(([key, value]) => (service.settings[key] ?? null) !== value)
    // Nothing to change, and so nothing to restart, unless an earlier change stopped half-way.
    if (changes.length === 0 && !service.partlyConfigured) return
    service.partlyConfigured = true
    for (const [key, value] of changes) {
      if (value === null) delete service.settings[key]
      else service.settings[key] = value
    }
    this.#log.emit({
      service: name,
      replica: name,
      kind: 'configured',
      actor,
      detail: Object.keys(settings).join(', '),
    })
    // One after the other, so that a service with several replicas never goes away as a whole.
    for (const replica of service.replicas) if (replica.state !== 'stopped') await replica.restart(actor)
    service.partlyConfigured = false
  }

  logs(target: Target, { lines }: { lines: number }): Promise<string[]> {
    return this.#host.logs(this.#first(target), lines)
  }

  readonly #replicasOf: ReplicasOf = (name) => this.#find(name).replicas

  #slot(service: Service, beside: readonly Replica[] = []): ReplicaSlot {
    const taken = new Set([...service.replicas, ...beside].map((replica) => replica.id))
    let number = 1
    while (taken.has(replicaId(service.part, number))) number++
    return {
      part: service.part,
      number,
      settings: () => service.settings,
      emit: (id) => (event) => this.#log.emit({ service: service.part.name, replica: id, ...event }),
    }
  }

  #find(name: string): Service {
    return findService(this.#services, name)
  }

  #replicas(target: Target): readonly Replica[] {
    return findReplicas(this.#services, target)
  }

  #first(target: Target): Replica {
    const [first] = this.#replicas(target)
    if (first !== undefined) return first
    throw runtimeErrors.error('FD_RUNTIME_CONFLICT', {
      message: `${target.service} is scaled to none`,
      where: target.service,
    })
  }
}

/** Only the names: a value may be a secret. */
function configuredOf(settings: Record<string, string>): Pick<ServiceStatus, 'configured'> {
  const configured = Object.keys(settings).sort()
  return configured.length === 0 ? {} : { configured }
}
