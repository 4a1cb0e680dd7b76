import { defined } from '../../base/defined.ts'
import type { Part, Topology } from '../../stack/part.ts'
import { checkSettings } from '../check-settings.ts'
import { EventLog } from '../event-log.ts'
import { startWaves, stopWaves } from '../order.ts'
import {
  type Actor,
  type Capabilities,
  type ReplicaState,
  type ReplicaStatus,
  type Runtime,
  type RuntimeEvent,
  runtimeErrors,
  type ServiceStatus,
  type Target,
} from '../runtime.ts'

interface FakeReplica {
  id: string
  state: ReplicaState
  sinceMs: number
  pid: number | undefined
  port: number
  starts: number
  log: string[]
  lastExit?: { code: number | null; signal: string | null; atMs: number }
}

interface FakeService {
  part: Part
  replicas: FakeReplica[]
  settings: Map<string, string>
}

/** A runtime that runs nothing: for tests of what stands above the seam. It keeps the same contract as the real ones. */
export class FakeRuntime implements Runtime {
  readonly name = 'fake'
  readonly capabilities: Capabilities = { canKill: true, canPause: true, canScale: true }
  readonly #services = new Map<string, FakeService>()
  readonly #parts: readonly Part[]
  readonly #log = new EventLog()
  #nextPid = 1_000
  #up = false

  constructor(topology: Topology) {
    this.#parts = topology.parts
    for (const part of topology.parts) this.#services.set(part.name, { part, replicas: [], settings: new Map() })
  }

  async up(signal?: AbortSignal): Promise<void> {
    this.#up = true
    for (const part of startWaves(this.#parts).flat()) {
      if (signal?.aborted) {
        await this.down()
        signal.throwIfAborted()
      }
      const service = this.#find(part.name)
      if (service.replicas.length === 0) service.replicas.push(this.#newReplica(service))
      for (const replica of service.replicas) this.#start(service, replica, 'operator')
    }
  }

  async down(): Promise<void> {
    this.#up = false
    for (const part of stopWaves(this.#parts).flat()) {
      const service = this.#find(part.name)
      for (const replica of service.replicas) this.#stop(service, replica, 'operator')
    }
  }

  services(): ServiceStatus[] {
    return [...this.#services.values()].map(({ part, replicas, settings }) => ({
      name: part.name,
      kind: part.kind,
      summary: part.summary,
      maxReplicas: part.maxReplicas ?? 1,
      ...(part.takesFaults ? { takesFaults: true as const } : {}),
      ...(part.password === undefined ? {} : { asksPassword: true as const }),
      ...(settings.size === 0 ? {} : { configured: [...settings.keys()].sort() }),
      replicas: replicas.map(
        ({ id, state, sinceMs, pid, port, starts, lastExit }): ReplicaStatus => ({
          id,
          state,
          sinceMs,
          address: { host: '127.0.0.1', port },
          restarts: Math.max(0, starts - 1),
          ...defined({ pid, lastExit }),
        }),
      ),
    }))
  }

  events(afterSequence = 0): RuntimeEvent[] {
    return this.#log.after(afterSequence)
  }

  onEvent(listener: (event: RuntimeEvent) => void): () => void {
    return this.#log.subscribe(listener)
  }

  async start(target: Target, actor: Actor): Promise<void> {
    const service = this.#find(target.service)
    for (const replica of this.#replicas(target)) this.#start(service, replica, actor)
  }

  async stop(target: Target, actor: Actor): Promise<void> {
    const service = this.#find(target.service)
    for (const replica of this.#replicas(target)) this.#stop(service, replica, actor)
  }

  async kill(target: Target, signal: NodeJS.Signals, _actor: Actor): Promise<void> {
    const service = this.#find(target.service)
    const replica = this.#running(target)
    replica.pid = undefined
    replica.lastExit = { code: null, signal, atMs: Date.now() }
    this.#become(replica, 'exited')
    this.#emit(service, replica, 'exited', 'itself', `signal ${signal}`)
    if (service.part.restart === 'always') {
      this.#become(replica, 'backoff')
      setTimeout(() => {
        if (this.#up && replica.state === 'backoff') this.#start(service, replica, 'restart-policy')
      }, 1)
    }
  }

  async pause(target: Target, actor: Actor): Promise<void> {
    this.#running(target)
    for (const replica of this.#replicas(target)) {
      this.#become(replica, 'paused')
      this.#emit(this.#find(target.service), replica, 'paused', actor)
    }
  }

  async resume(target: Target, actor: Actor): Promise<void> {
    const service = this.#find(target.service)
    this.#running(target)
    for (const replica of this.#replicas(target)) {
      if (replica.state !== 'paused') continue
      this.#emit(service, replica, 'resumed', actor)
      this.#become(replica, 'healthy')
      this.#emit(service, replica, 'healthy', 'itself')
    }
  }

  async restart(target: Target, actor: Actor): Promise<void> {
    await this.stop(target, actor)
    await this.start(target, actor)
  }

  async scale(name: string, count: number, actor: Actor): Promise<void> {
    const service = this.#find(name)
    const max = service.part.maxReplicas ?? 1
    if (!Number.isInteger(count) || count < 0 || count > max) {
      throw runtimeErrors.error('FD_RUNTIME_UNSUPPORTED', {
        message: `${name} cannot be scaled to ${count}`,
        expected: `0 to ${max}`,
      })
    }
    this.#log.emit({
      service: name,
      replica: name,
      kind: 'scaled',
      actor,
      detail: `${service.replicas.length} to ${count}`,
    })
    while (service.replicas.length < count) {
      const replica = this.#newReplica(service)
      service.replicas.push(replica)
      this.#start(service, replica, actor)
    }
    for (const replica of service.replicas.splice(count)) this.#stop(service, replica, actor)
  }

  async configure(name: string, settings: Record<string, string | null>, actor: Actor): Promise<void> {
    const service = this.#find(name)
    checkSettings(service.part, Object.fromEntries(service.settings), settings, actor)
    if (Object.entries(settings).every(([key, value]) => (service.settings.get(key) ?? null) === value)) return
    for (const [key, value] of Object.entries(settings)) {
      if (value === null) service.settings.delete(key)
      else service.settings.set(key, value)
    }
    this.#log.emit({
      service: name,
      replica: name,
      kind: 'configured',
      actor,
      detail: Object.keys(settings).join(', '),
    })
    for (const replica of service.replicas)
      if (replica.state !== 'stopped') await this.restart({ service: name, replica: replica.id }, actor)
  }

  async logs(target: Target, { lines }: { lines: number }): Promise<string[]> {
    return this.#one(target).log.slice(-lines)
  }

  #start(service: FakeService, replica: FakeReplica, actor: Actor): void {
    if (replica.pid !== undefined) return
    replica.pid = this.#nextPid++
    replica.starts++
    replica.log.push(`${replica.id} started`)
    this.#become(replica, 'starting')
    this.#emit(service, replica, 'starting', actor)
    this.#become(replica, 'healthy')
    this.#emit(service, replica, 'healthy', 'itself')
  }

  #stop(service: FakeService, replica: FakeReplica, actor: Actor): void {
    if (replica.pid !== undefined) {
      this.#emit(service, replica, 'stopping', actor)
      replica.pid = undefined
      replica.lastExit = { code: 0, signal: null, atMs: Date.now() }
      this.#emit(service, replica, 'stopped', actor)
    }
    this.#become(replica, 'stopped')
  }

  #become(replica: FakeReplica, state: ReplicaState): void {
    replica.state = state
    replica.sinceMs = Date.now()
  }

  #emit(service: FakeService, replica: FakeReplica, kind: RuntimeEvent['kind'], actor: Actor, detail?: string): void {
    this.#log.emit({
      service: service.part.name,
      replica: replica.id,
      kind,
      actor,
      ...defined({ pid: replica.pid, detail }),
    })
  }

  #newReplica({ part, replicas }: FakeService): FakeReplica {
    let number = 1
    while (replicas.some((replica) => replica.id === `${part.name}-${number}`)) number++
    return {
      id: `${part.name}-${number}`,
      state: 'stopped',
      sinceMs: Date.now(),
      pid: undefined,
      port: part.preferredPort + 10 * (number - 1),
      starts: 0,
      log: [],
    }
  }

  #find(name: string): FakeService {
    const service = this.#services.get(name)
    if (service !== undefined) return service
    throw runtimeErrors.error('FD_RUNTIME_UNKNOWN_SERVICE', { message: `there is no service "${name}"`, given: name })
  }

  #replicas({ service: name, replica: id }: Target): FakeReplica[] {
    const { replicas } = this.#find(name)
    if (id === undefined) return replicas
    const found = replicas.filter((replica) => replica.id === id)
    if (found.length > 0) return found
    throw runtimeErrors.error('FD_RUNTIME_UNKNOWN_SERVICE', { message: `${name} has no replica "${id}"`, given: id })
  }

  #one(target: Target): FakeReplica {
    const [first] = this.#replicas(target)
    if (first !== undefined) return first
    throw runtimeErrors.error('FD_RUNTIME_CONFLICT', { message: `${target.service} is scaled to none` })
  }

  #running(target: Target): FakeReplica {
    const replica = this.#one(target)
    if (replica.pid !== undefined) return replica
    throw runtimeErrors.error('FD_RUNTIME_CONFLICT', { message: `${replica.id} is not running (${replica.state})` })
  }
}
