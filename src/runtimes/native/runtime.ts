import { join } from 'node:path'
import { writeAtomically } from '../../base/files.ts'
import { sleep } from '../../base/wait.ts'
import type { Address, Context, Part, SecretName, Topology } from '../../stack/part.ts'
import { renderTargets } from '../../stack/render/targets.ts'
import { EventLog } from '../event-log.ts'
import { startWaves, stopWaves } from '../order.ts'
import type {
  Actor,
  Capabilities,
  ExecResult,
  ReplicaStatus,
  Runtime,
  RuntimeEvent,
  ServiceStatus,
  Target,
} from '../runtime.ts'
import { runtimeErrors } from '../runtime.ts'
import type { Command } from './command.ts'
import { nativeContext, toUrl } from './context.ts'
import { execute } from './exec.ts'
import { checkHealth } from './health.ts'
import { ProcessLedger } from './ledger.ts'
import { tailLog } from './log-file.ts'
import type { PortLedger } from './ports.ts'
import { Replica } from './replica.ts'
import type { StateFolder } from './state-folder.ts'

const HOST = '127.0.0.1'

export interface NativeOptions {
  topology: Topology
  folder: StateFolder
  secrets: Record<SecretName, string>
  /** Addresses of what the parts use but the runtime does not start: the control API. */
  externals: Record<string, Address>
  ports: PortLedger
  /** Names this life of the stack. */
  run: string
  /** Turns a part's program into a command; obtaining and preparing it is the caller's business. */
  command(part: Part, launch: { args: string[]; env: Record<string, string> }): Promise<Command>
  /** Called when a part gets another port than the one it prefers. */
  onPortReplaced?(part: string, preferred: number, port: number): void
  /**
   * How long a replica that is scaled away is still kept after its target was taken off the list, in milliseconds:
   * Prometheus rereads its target files at most every 5 s, and must not see a stopped one as down.
   */
  drainMs?: number
  random?: () => number
}

interface Service {
  part: Part
  replicas: Replica[]
  settings: Record<string, string>
}

/** Runs the stack as plain processes on this machine. */
export class NativeRuntime implements Runtime {
  readonly name = 'native'
  readonly capabilities: Capabilities = { canKill: true, canPause: true, canScale: true, canExec: true }
  readonly #options: NativeOptions
  readonly #services = new Map<string, Service>()
  readonly #log = new EventLog()
  readonly #ledger: ProcessLedger
  #down: Promise<void> | undefined
  readonly #stopping = new AbortController()

  constructor(options: NativeOptions) {
    this.#options = options
    this.#ledger = new ProcessLedger(options.folder.ledger)
    for (const part of options.topology.parts) this.#services.set(part.name, { part, replicas: [], settings: {} })
  }

  async up(signal?: AbortSignal): Promise<void> {
    await this.#ledger.endLeftovers()
    for (const service of this.#services.values()) await this.#addReplica(service)
    await this.#renderFiles()
    await this.#writeTargets()
    const failed = new AbortController()
    const either = AbortSignal.any([failed.signal, this.#stopping.signal, ...(signal === undefined ? [] : [signal])])
    const healthy = new Map<string, Promise<void>>()
    for (const part of startWaves(this.#options.topology.parts).flat()) {
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
    for (const wave of stopWaves(this.#options.topology.parts)) {
      await Promise.all(
        wave.flatMap((part) => this.#find(part.name).replicas.map((replica) => replica.stop('operator'))),
      )
    }
    await this.#options.ports.close()
  }

  services(): ServiceStatus[] {
    return [...this.#services.values()].map(({ part, replicas }) => {
      const first = replicas[0]
      return {
        name: part.name,
        kind: part.kind,
        summary: part.summary,
        replicas: replicas.map((replica): ReplicaStatus => replica.status()),
        maxReplicas: part.maxReplicas ?? 1,
        ...(part.page === undefined || first === undefined ? {} : { url: `${toUrl(first.address)}${part.page}` }),
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
    this.#one(target).kill(signal)
  }

  async pause(target: Target, actor: Actor): Promise<void> {
    for (const replica of this.#replicas(target)) replica.pause(actor)
  }

  async resume(target: Target, actor: Actor): Promise<void> {
    for (const replica of this.#replicas(target)) replica.resume(actor)
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
    while (service.replicas.length + added.length < count) added.push(await this.#newReplica(service, added))
    await Promise.all(added.map((replica) => replica.start(actor)))
    service.replicas.push(...added)
    const removed = service.replicas.splice(count)
    await this.#writeTargets()
    if (removed.length > 0) await sleep(this.#options.drainMs ?? 0, this.#stopping.signal).catch(() => undefined)
    await Promise.all(
      removed.map(async (replica) => {
        await replica.stop(actor)
        await this.#options.ports.forget(replica.address.port)
      }),
    )
  }

  async configure(name: string, settings: Record<string, string | null>, actor: Actor): Promise<void> {
    const service = this.#find(name)
    for (const [key, value] of Object.entries(settings)) {
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
  }

  async exec(target: Target, command: readonly [string, ...string[]]): Promise<ExecResult> {
    const replica = this.#one(target)
    const { env } = await this.#command(this.#find(target.service), replica.address)
    return execute(command, env, replica.id)
  }

  logs(target: Target, { lines }: { lines: number }): Promise<string[]> {
    return tailLog(this.#options.folder.log(this.#one(target).id), lines)
  }

  #find(name: string): Service {
    const service = this.#services.get(name)
    if (service !== undefined) return service
    throw runtimeErrors.error('FD_RUNTIME_UNKNOWN_SERVICE', {
      message: `there is no service "${name}"`,
      expected: `one of ${[...this.#services.keys()].join(', ')}`,
      given: name,
    })
  }

  #replicas({ service: name, replica: id }: Target): Replica[] {
    const service = this.#find(name)
    if (id === undefined) return service.replicas
    const found = service.replicas.find((replica) => replica.id === id)
    if (found !== undefined) return [found]
    throw runtimeErrors.error('FD_RUNTIME_UNKNOWN_SERVICE', {
      message: `${name} has no replica "${id}"`,
      expected: `one of ${service.replicas.map((replica) => replica.id).join(', ')}`,
      given: id,
    })
  }

  #one(target: Target): Replica {
    const [first] = this.#replicas(target)
    if (first !== undefined) return first
    throw runtimeErrors.error('FD_RUNTIME_CONFLICT', {
      message: `${target.service} is scaled to none`,
      where: target.service,
    })
  }

  async #addReplica(service: Service): Promise<void> {
    service.replicas.push(await this.#newReplica(service, []))
  }

  async #newReplica(service: Service, beside: Replica[]): Promise<Replica> {
    const { part } = service
    const { folder, ports, onPortReplaced } = this.#options
    const used = new Set([...service.replicas, ...beside].map((replica) => replica.id))
    let number = 1
    while (used.has(`${part.name}-${number}`)) number++
    const id = `${part.name}-${number}`
    const preferred = part.preferredPort + 10 * (number - 1)
    const port = await ports.reserve(preferred)
    if (port !== preferred) onPortReplaced?.(id, preferred, port)
    const address = { host: HOST, port }
    return new Replica({
      id,
      part,
      address,
      logPath: folder.log(id),
      ledger: this.#ledger,
      command: async () => {
        const command = await this.#command(service, address)
        await ports.release(port)
        return command
      },
      checkHealth: (timeoutMs) => checkHealth(part.health, address, (name) => this.#options.secrets[name], timeoutMs),
      emit: (event) => this.#log.emit({ service: part.name, replica: id, ...event }),
      random: this.#options.random ?? Math.random,
    })
  }

  #command(service: Service, listen: Address): Promise<Command> {
    const launch = service.part.launch(this.#context(listen))
    return this.#options.command(service.part, { ...launch, env: { ...launch.env, ...service.settings } })
  }

  #context(listen: Address): Context {
    const addressOf = (name: string) => this.#options.externals[name] ?? this.#one({ service: name }).address
    return nativeContext({ ...this.#options, addressOf }, listen)
  }

  async #renderFiles(): Promise<void> {
    const { topology, folder } = this.#options
    for (const file of topology.files) {
      const owner = topology.parts.find((part) => part.name === file.part)
      const listen = owner === undefined ? { host: HOST, port: 0 } : this.#one({ service: owner.name }).address
      await writeAtomically(
        join(folder.config, file.name),
        file.render(this.#context(listen)),
        file.secret ? 0o600 : 0o644,
      )
    }
  }

  async #writeTargets(): Promise<void> {
    const { topology, folder } = this.#options
    for (const [name, content] of renderTargets(topology.parts, (part) => this.#find(part).replicas)) {
      await writeAtomically(join(folder.config, name), content)
    }
  }
}
