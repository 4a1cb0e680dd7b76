import { join } from 'node:path'
import { writeAtomically } from '../../base/files/files.ts'
import type { Command } from '../../base/system/command.ts'
import type { Troubles } from '../../base/system/troubles.ts'
import type { Address, Context, Part, SecretName, Topology } from '../../stack/part.ts'
import { renderTargets } from '../../stack/render/targets.ts'
import { checkHealth } from '../health.ts'
import { Replica } from '../replica.ts'
import { type ReplicaHost, type ReplicaSlot, type ReplicasOf, replicaId } from '../replica-host.ts'
import type { Capabilities } from '../runtime.ts'
import { nativeContext } from './context.ts'
import { startChild } from './process/child.ts'
import { ProcessLedger } from './process/ledger.ts'
import { tailLog } from './process/log-file.ts'
import { rotateLogs } from './process/log-rotation.ts'
import type { PortLedger } from './process/ports.ts'
import { markOf } from './state/mark.ts'
import type { StateFolder } from './state/state-folder.ts'

/** The host of the native runtime: processes of this machine. */

const HOST = '127.0.0.1'

export interface NativeOptions {
  topology: Topology
  folder: StateFolder
  secrets: Record<SecretName, string>
  /** Addresses of what the parts use and the runtime does not start: the control API. */
  externals: Record<string, Address>
  ports: PortLedger
  /** Id of this run of the stack. */
  run: string
  /** Turns a part's program into a command; the caller has installed and prepared the program. */
  command(part: Part, launch: { args: string[]; env: Record<string, string> }): Promise<Command>
  /** Called when a part gets another port than the one it prefers. */
  onPortReplaced?(part: string, preferred: number, port: number): void
  /** Records what could not be written. Default: nothing is recorded. */
  troubles?: Troubles
  /** How long a replica that is scaled away still runs, in milliseconds. Default 0. */
  drainMs?: number
  random?: () => number
}

/** Processes of this machine, each with a port on loopback. */
export class NativeHost implements ReplicaHost {
  readonly name = 'native'
  readonly capabilities: Capabilities = { canKill: true, canPause: true, canScale: true }
  readonly drainMs: number
  readonly #options: NativeOptions
  readonly #ledger: ProcessLedger
  #rotation: { stop(): void } | undefined
  /** The first replica of each part: where others reach it. */
  readonly #first = new Map<string, Replica>()
  /** Further addresses on which parts listen, by "part/listener". */
  readonly #listeners = new Map<string, Address>()

  constructor(options: NativeOptions) {
    this.#options = options
    this.drainMs = options.drainMs ?? 0
    this.#ledger = new ProcessLedger(options.folder.ledger, options.troubles)
  }

  async open(): Promise<void> {
    await this.#ledger.endLeftovers(await this.#options.folder.identify())
    this.#rotation = rotateLogs(this.#options.folder.logs)
  }

  async begin(slot: ReplicaSlot): Promise<Replica[]> {
    return [await this.add(slot)]
  }

  async add({ part, number, settings, emit }: ReplicaSlot): Promise<Replica> {
    const { folder, ports, onPortReplaced } = this.#options
    const id = replicaId(part, number)
    const preferred = part.preferredPort + 10 * (number - 1)
    const port = await ports.reserve(preferred)
    if (port !== preferred) onPortReplaced?.(id, preferred, port)
    const address = { host: HOST, port }
    const held = [port, ...(await this.#reserveListeners(part))]
    const logPath = folder.log(id)
    const replica = new Replica({
      id,
      part,
      address: () => address,
      launch: async () => {
        const command = await this.#command(part, address, settings())
        Object.assign(command.env, markOf(await folder.identify()))
        for (const reserved of held) await ports.release(reserved)
        return startChild(command, { id, logPath, ledger: this.#ledger })
      },
      checkHealth: (timeoutMs) =>
        checkHealth(part, { address, secret: (name) => this.#options.secrets[name], timeoutMs }),
      tail: (lines) => tailLog(logPath, lines),
      emit: emit(id),
      random: this.#options.random ?? Math.random,
    })
    if (number === 1) this.#first.set(part.name, replica)
    return replica
  }

  async remove(replica: Replica): Promise<void> {
    await this.#options.ports.forget(replica.address.port)
  }

  async ready(): Promise<void> {
    const { topology, folder } = this.#options
    for (const file of topology.files) {
      const listen = this.#first.get(file.part)?.address ?? { host: HOST, port: 0 }
      await writeAtomically(
        join(folder.config, file.name),
        file.render(this.#context(file.part, listen)),
        file.secret ? 0o600 : 0o644,
      )
    }
  }

  async changed(replicasOf: ReplicasOf): Promise<void> {
    const { topology, folder } = this.#options
    for (const [name, content] of renderTargets(topology.parts, replicasOf)) {
      await writeAtomically(join(folder.config, name), content)
    }
  }

  origin({ address: { host, port } }: Replica): string {
    return `http://${host}:${port}`
  }

  logs(replica: Replica, lines: number): Promise<string[]> {
    return tailLog(this.#options.folder.log(replica.id), lines)
  }

  async close(): Promise<void> {
    this.#rotation?.stop()
    this.#ledger.close()
    await this.#options.ports.close()
  }

  #command(part: Part, listen: Address, settings: Record<string, string>): Promise<Command> {
    const launch = part.launch(this.#context(part.name, listen))
    return this.#options.command(part, { ...launch, env: { ...launch.env, ...settings } })
  }

  async #reserveListeners(part: Part): Promise<number[]> {
    const { ports, onPortReplaced } = this.#options
    const held: number[] = []
    for (const [listener, preferred] of Object.entries(part.listeners ?? {})) {
      const name = `${part.name}/${listener}`
      const port = this.#listeners.get(name)?.port ?? (await ports.reserve(preferred))
      if (port !== preferred) onPortReplaced?.(name, preferred, port)
      this.#listeners.set(name, { host: HOST, port })
      held.push(port)
    }
    return held
  }

  #context(part: string, listen: Address): Context {
    const addressOf = (name: string) => {
      const address = this.#options.externals[name] ?? this.#first.get(name)?.address ?? this.#listeners.get(name)
      if (address === undefined) throw new Error(`the topology has no part "${name}"`)
      return address
    }
    return nativeContext({ ...this.#options, addressOf }, part, listen)
  }
}
