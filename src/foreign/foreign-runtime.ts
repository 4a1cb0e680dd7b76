import { messageOf } from '../base/errors.ts'
import { sleep } from '../base/wait.ts'
import { type Cluster, kubernetesErrors } from '../kubernetes/cluster.ts'
import type { ClusterPlace } from '../kubernetes/open-cluster.ts'
import { EventLog } from '../runtimes/event-log.ts'
import { findReplicas, findService } from '../runtimes/find-replicas.ts'
import type { Actor, Capabilities, Runtime, RuntimeEvent, ServiceStatus, Target } from '../runtimes/runtime.ts'
import { runtimeErrors } from '../runtimes/runtime.ts'
import type { LocalProcess, ReplicaControl } from './control/replica-control.ts'
import type { ForeignService, ForeignSystem } from './file/foreign-system.ts'
import { capabilitiesOf } from './foreign-capabilities.ts'
import { ForeignReplica } from './foreign-replica.ts'
import type { LeftFault } from './guardian/guard.ts'
import { podRefusal } from './kubernetes/pod-control.ts'
import { MOST_REPLICAS, WorkloadReplicas } from './kubernetes/workload-replicas.ts'
import { linkStatus, serviceLinkStatus } from './links/link-status.ts'

/** A foreign system as a runtime: its services and replicas, which it observes and does not own. */

/** How often every replica is observed, in milliseconds: the resolution of changes that we did not cause. Workloads have their own. */
const LOOK_EVERY_MS = 100

/** The services of a system that is not ours, as a runtime. It starts and stops nothing by itself. */
export class ForeignRuntime implements Runtime {
  readonly name = 'foreign'
  readonly capabilities: Capabilities
  readonly #log = new EventLog()
  readonly #services: ReadonlyMap<string, ServiceEntry>
  readonly #links: readonly ServiceStatus[]
  readonly #closing = new AbortController()
  readonly #clusterOf: ((place: ClusterPlace) => Cluster) | undefined
  #watching: Promise<void> | undefined

  /** `clusterOf`: missing where nothing of the system is in a cluster. */
  constructor(
    { services, links, serviceLinks }: Pick<ForeignSystem, 'services' | 'links' | 'serviceLinks'>,
    controlOf: (service: ForeignService, index: number) => ReplicaControl,
    clusterOf?: (place: ClusterPlace) => Cluster,
  ) {
    this.#clusterOf = clusterOf
    const sinceMs = Date.now()
    this.#links = [
      ...links.map((link) => linkStatus(link, sinceMs)),
      ...serviceLinks.map((link) => serviceLinkStatus(link, sinceMs)),
    ]
    this.capabilities = capabilitiesOf(services)
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
    const entryOf = (service: ForeignService): ServiceEntry => {
      const { run } = service
      if (run.kind !== 'kubernetes' || clusterOf === undefined) return { service, replicas: replicasOf(service) }
      return new WorkloadReplicas({ service, run, cluster: clusterOf(run.cluster), events: this.#log })
    }
    this.#services = new Map(services.map((service) => [service.name, entryOf(service)] as const))
  }

  /** Looks at every replica now, and regularly from then on. Nothing is started. @throws when a cluster cannot be asked */
  async up(): Promise<void> {
    const fixed = [...this.#services.values()].filter((entry) => !(entry instanceof WorkloadReplicas))
    const look = () => Promise.all(fixed.flatMap(({ replicas }) => replicas.map((replica) => replica.look())))
    await Promise.all([look(), ...this.#workloads().map((workload) => workload.up())])
    this.#watching = (async () => {
      while (!this.#closing.signal.aborted) {
        await sleep(LOOK_EVERY_MS, this.#closing.signal).catch(() => undefined)
        await look()
      }
    })()
  }

  /** Stops looking. Nothing is stopped; a workload that was scaled here, and not scaled back, is scaled back. */
  async down(): Promise<void> {
    this.#closing.abort(new Error('the system is no longer observed'))
    await this.#watching
    await Promise.all(this.#workloads().map((workload) => workload.down()))
    await Promise.all(this.#all().map((replica) => replica.close()))
  }

  /** Scales back the workloads that were scaled here. Resolves with what could not be scaled back yet. */
  async scaleBack(): Promise<LeftFault[]> {
    const tried = this.#workloads().map(async (workload): Promise<LeftFault[]> => {
      const failure = await workload.scaleBack().catch((error: unknown) => error)
      // What somebody else has scaled meanwhile is not ours any more.
      if (!workload.isScaled) return []
      return [{ what: `scale of ${workload.service.name}`, why: messageOf(failure), isInCluster: true }]
    })
    return (await Promise.all(tried)).flat()
  }

  services(): ServiceStatus[] {
    const services = [...this.#services.values()].map((entry): ServiceStatus => {
      const { service, replicas } = entry
      return {
        name: service.name,
        kind: 'service',
        summary: replicas.length === 1 ? 'of a system that is not ours' : `${replicas.length} replicas`,
        replicas: replicas.map((replica) => replica.status()),
        maxReplicas: entry instanceof WorkloadReplicas ? MOST_REPLICAS : replicas.length,
        ...endingOf(entry),
      }
    })
    return [...services, ...this.#links]
  }

  /** The process of a replica, while it is one of this machine. */
  local(replica: string): LocalProcess | undefined {
    return this.#all()
      .find(({ id }) => id === replica)
      ?.local()
  }

  /** A service that is a workload of Kubernetes; `undefined` of all others. */
  workload(service: string): WorkloadReplicas | undefined {
    const entry = this.#services.get(service)
    return entry instanceof WorkloadReplicas ? entry : undefined
  }

  /** The cluster of a place. @throws FD_KUBERNETES_CLIENT where there is none */
  clusterOf(place: ClusterPlace): Cluster {
    if (this.#clusterOf !== undefined) return this.#clusterOf(place)
    throw kubernetesErrors.error('FD_KUBERNETES_CLIENT', { message: 'no cluster is opened for this system' })
  }

  events(afterSequence = 0): RuntimeEvent[] {
    return this.#log.after(afterSequence)
  }

  onEvent(listener: (event: RuntimeEvent) => void): () => void {
    return this.#log.subscribe(listener)
  }

  async start(target: Target, actor: Actor): Promise<void> {
    this.#refusePods(target, 'is started by the cluster alone', '`scale` with more replicas')
    await Promise.all(this.#replicas(target).map((replica) => replica.start(actor)))
  }

  async stop(target: Target, actor: Actor): Promise<void> {
    this.#refusePods(target, 'would be replaced at once', '`scale` with fewer replicas, or `lose`, which deletes a pod')
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

  /** One after the other, so that a service with several replicas never goes away as a whole; a workload as its own rollout does it. */
  async restart(target: Target, actor: Actor): Promise<void> {
    const replicas = this.#replicas(target)
    const workload = this.workload(target.service)
    if (workload !== undefined) {
      const { replica } = target
      return replica === undefined ? workload.restart(actor) : workload.replace(replica, actor)
    }
    for (const replica of replicas) {
      await replica.stop(actor)
      await replica.start(actor)
    }
  }

  async scale(service: string, replicas: number, actor: Actor): Promise<void> {
    findService(this.#services, service)
    const workload = this.workload(service)
    if (workload === undefined) throw cannot(service, 'scaled')
    await workload.scale(replicas, actor)
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

  #workloads(): WorkloadReplicas[] {
    return [...this.#services.values()].flatMap((entry) => (entry instanceof WorkloadReplicas ? [entry] : []))
  }

  #replicas(target: Target): readonly ForeignReplica[] {
    return findReplicas(this.#services, target)
  }

  #refusePods({ service, replica = service }: Target, why: string, expected: string): void {
    if (this.workload(service) !== undefined) throw podRefusal(replica, why, expected)
  }
}

interface ServiceEntry {
  readonly service: ForeignService
  readonly replicas: readonly ForeignReplica[]
}

function endingOf(entry: ServiceEntry): Pick<ServiceStatus, 'ending'> {
  const ending = entry instanceof WorkloadReplicas ? entry.watch.ending : []
  return ending.length === 0 ? {} : { ending: [...ending] }
}

function cannot(service: string, what: string) {
  return runtimeErrors.error('FD_RUNTIME_UNSUPPORTED', {
    message: `${service} cannot be ${what}: the system is not Firedrill's own`,
    next: 'firedrill.yaml defines how it is killed, stopped and started; nothing else is possible',
  })
}
