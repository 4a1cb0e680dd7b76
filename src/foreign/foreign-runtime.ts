import { sleep } from '../base/wait.ts'
import { EventLog } from '../runtimes/event-log.ts'
import { findReplicas } from '../runtimes/find-replicas.ts'
import type { Actor, Runtime, RuntimeEvent, ServiceStatus, Target } from '../runtimes/runtime.ts'
import { runtimeErrors } from '../runtimes/runtime.ts'
import type { LocalProcess, ReplicaControl } from './control/replica-control.ts'
import type { ForeignService, ForeignSystem } from './file/foreign-system.ts'
import { foreignCapabilities } from './foreign-capabilities.ts'
import { ForeignReplica } from './foreign-replica.ts'
import { linkStatus } from './links/link-status.ts'

/** A foreign system as a runtime: its services and replicas, which it observes and does not own. */

/** How often every replica is observed, in milliseconds: the resolution of changes that we did not cause. */
const LOOK_EVERY_MS = 100

/** The services of a system that is not ours, as a runtime. It starts and stops nothing by itself. */
export class ForeignRuntime implements Runtime {
  readonly name = 'foreign'
  readonly capabilities = foreignCapabilities
  readonly #log = new EventLog()
  readonly #services: ReadonlyMap<string, { service: ForeignService; replicas: ForeignReplica[] }>
  readonly #links: readonly ServiceStatus[]
  readonly #closing = new AbortController()
  #watching: Promise<void> | undefined

  constructor(
    { services, links }: Pick<ForeignSystem, 'services' | 'links'>,
    controlOf: (service: ForeignService, index: number) => ReplicaControl,
  ) {
    this.#links = links.map((link) => linkStatus(link, Date.now()))
    const replicasOf = (service: ForeignService) =>
      service.urls.map(
        (url, index) =>
          new ForeignReplica({
            id: `${service.name}-${index + 1}`,
            service: service.name,
            url,
            health: service.health,
            control: controlOf(service, index),
            events: this.#log,
          }),
      )
    this.#services = new Map(
      services.map((service) => [service.name, { service, replicas: replicasOf(service) }] as const),
    )
  }

  /** Looks at every replica now, and regularly from then on. Nothing is started. */
  async up(): Promise<void> {
    const look = () => Promise.all(this.#all().map((replica) => replica.look()))
    await look()
    this.#watching = (async () => {
      while (!this.#closing.signal.aborted) {
        await sleep(LOOK_EVERY_MS, this.#closing.signal).catch(() => undefined)
        await look()
      }
    })()
  }

  /** Stops looking. Nothing is stopped. */
  async down(): Promise<void> {
    this.#closing.abort(new Error('the system is no longer observed'))
    await this.#watching
    await Promise.all(this.#all().map((replica) => replica.close()))
  }

  services(): ServiceStatus[] {
    const services = [...this.#services.values()].map(
      ({ service, replicas }): ServiceStatus => ({
        name: service.name,
        kind: 'service',
        summary: replicas.length === 1 ? 'of a system that is not ours' : `${replicas.length} replicas`,
        replicas: replicas.map((replica) => replica.status()),
        maxReplicas: replicas.length,
      }),
    )
    return [...services, ...this.#links]
  }

  /** The process of a replica, while it is one of this machine. */
  local(replica: string): LocalProcess | undefined {
    return this.#all()
      .find(({ id }) => id === replica)
      ?.local()
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

  async kill(target: Target, signal: NodeJS.Signals): Promise<void> {
    const [first] = this.#replicas(target)
    await first?.kill(signal)
  }

  async pause(target: Target, actor: Actor): Promise<void> {
    for (const replica of this.#replicas(target)) await replica.pause(actor)
  }

  async resume(target: Target, actor: Actor): Promise<void> {
    for (const replica of this.#replicas(target)) await replica.resume(actor)
  }

  /** One after the other, so that a service with several replicas never goes away as a whole. */
  async restart(target: Target, actor: Actor): Promise<void> {
    for (const replica of this.#replicas(target)) {
      await replica.stop(actor)
      await replica.start(actor)
    }
  }

  async scale(service: string): Promise<void> {
    throw cannot(service, 'scaled')
  }

  async configure(service: string): Promise<void> {
    throw cannot(service, 'configured')
  }

  async logs(target: Target, { lines }: { lines: number }): Promise<string[]> {
    return (await this.#replicas(target)[0]?.logs(lines)) ?? []
  }

  #all(): ForeignReplica[] {
    return [...this.#services.values()].flatMap(({ replicas }) => replicas)
  }

  #replicas(target: Target): readonly ForeignReplica[] {
    return findReplicas(this.#services, target)
  }
}

function cannot(service: string, what: string) {
  return runtimeErrors.error('FD_RUNTIME_UNSUPPORTED', {
    message: `${service} cannot be ${what}: the system is not Firedrill's own`,
    next: 'firedrill.yaml defines how it is killed, stopped and started; nothing else is possible',
  })
}
