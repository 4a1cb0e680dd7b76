import { done, notYet, waitUntil } from '../../base/wait.ts'
import { type Cluster, isNotFound } from '../../kubernetes/cluster.ts'
import type { Pod } from '../../kubernetes/objects.ts'
import { desiredReplicas } from '../../kubernetes/rollout.ts'
import type { EventLog } from '../../runtimes/event-log.ts'
import { type Actor, runtimeErrors } from '../../runtimes/runtime.ts'
import type { ForeignService, WorkloadRun } from '../file/foreign-system.ts'
import { DEFAULT_PROGRAMS } from '../file/kubernetes/pod-programs.ts'
import { ForeignReplica } from '../foreign-replica.ts'
import { evictPod } from './evict-pod.ts'
import { checkNamespace } from './faults/check-loss.ts'
import { missingWorkload } from './missing-workload.ts'
import { OthersWatch } from './others/others-watch.ts'
import type { OwnScale } from './others/replicas-watch.ts'
import { PodControl, podRefusal } from './pod-control.ts'
import { restartWorkload } from './restart-workload.ts'
import { HeldScale, scaledMeanwhile } from './undo/held-scale.ts'
import { WorkloadWatch } from './workload-watch.ts'

/** A service that is a workload of Kubernetes. */

/** How long another number of pods may take to be there and ready, in milliseconds. */
const SCALES_WITHIN_MS = 120_000
const REPLACED_WITHIN_MS = 120_000
const LOOK_MS = 100
/** More pods than a service of ours is ever scaled to. */
export const MOST_REPLICAS = 1_000

interface Member {
  number: number
  replica: ForeignReplica
  control: PodControl
}

/** The replicas of a service that is a workload of Kubernetes: one for each of its slots. */
export class WorkloadReplicas {
  readonly service: ForeignService
  readonly watch: WorkloadWatch
  readonly #others: OthersWatch
  readonly #run: WorkloadRun
  /** Where the service is asked: pods come and go behind it. */
  readonly #origin: string | undefined
  readonly #events: EventLog
  readonly #closing = new AbortController()
  #members: readonly Member[] = []
  #watching: Promise<void> | undefined
  /** Who acts on the workload at the moment: changes that are seen meanwhile are recorded as this actor's. */
  #acting: Actor | undefined
  /** Whose effects are waited for besides, while the workload may be acted on. */
  readonly #watched = new Set<{ actor: Actor }>()
  /** While it has another number of replicas than before, because it was scaled here. */
  #scaled: HeldScale | undefined
  #setting: Promise<HeldScale> | undefined
  /** Its number is no longer ours. */
  #unset: (() => void) | undefined
  /** Aborted when nothing is to be scaled any more. */
  readonly #ending = new AbortController()

  constructor({ service, run, cluster, events }: WorkloadReplicasOptions) {
    this.service = service
    this.watch = new WorkloadWatch(cluster, run.workload)
    this.#run = run
    this.#origin = (service.urls[0]?.href ?? run.proxied)?.replace(/\/$/, '')
    this.#events = events
    this.#others = new OthersWatch(this.watch, run.autoscaled ?? false, (change) =>
      events.emit({ service: service.name, replica: service.name, ...change }),
    )
  }

  get replicas(): readonly ForeignReplica[] {
    return this.#members.map(({ replica }) => replica)
  }

  /** The pod of a replica; `undefined` while it has none. */
  podOf(replica: string): Pod | undefined {
    return this.#members.find((member) => member.replica.id === replica)?.control.pod()
  }

  /** Looks now, and regularly from then on. @throws FD_FOREIGN_INVALID where the workload is not there, and what a request throws */
  async up(): Promise<void> {
    await this.watch.fresh().catch(async (cause: unknown) => {
      if (!isNotFound(cause)) throw cause
      const { cluster, place } = this.watch
      throw await missingWorkload(cluster, { service: this.service.name, place, cause })
    })
    await this.#sync()
    this.#watching = this.watch.run(this.#closing.signal, () => this.#sync())
  }

  /** Whether it was scaled here, and not scaled back. */
  get isScaled(): boolean {
    return this.#scaled !== undefined
  }

  /**
   * Ends what scales it at the moment, and puts back the number of before; nothing waits for its pods. From then on it is not scaled.
   * @throws FD_RUNTIME_CONFLICT when somebody else has scaled it who is no part of the system, and it stays so; what a request throws, and it can
   * be tried again
   */
  async scaleBack(): Promise<void> {
    this.#ending.abort(
      runtimeErrors.error('FD_RUNTIME_CONFLICT', { message: 'the run is over: nothing is scaled any more' }),
    )
    await this.#setting?.catch(() => undefined)
    await this.#undoScaled()
  }

  /** What is not scaled back is left to the Job that watches over it. */
  async down(): Promise<void> {
    await this.scaleBack().catch(() => undefined)
    this.#scaled?.close()
    this.#closing.abort(new Error('the system is no longer observed'))
    await this.#watching
  }

  /**
   * Resolves when as many pods are there and ready, or when an autoscaler that is part of the system has set another number, which stays. Without one,
   * a workload that was scaled here must have that number when it is scaled again.
   * @throws FD_RUNTIME_UNSUPPORTED, FD_RUNTIME_CONFLICT when somebody else has scaled it, FD_WAIT_TIMEOUT
   */
  async scale(to: number, actor: Actor): Promise<void> {
    const { kind } = this.#run.workload
    const { name } = this.service
    if (kind === 'daemonset')
      throw podRefusal(name, 'is a DaemonSet: it has a pod on each node', 'a Deployment or a StatefulSet')
    if (!Number.isInteger(to) || to < 0 || to > MOST_REPLICAS) {
      throw runtimeErrors.error('FD_RUNTIME_UNSUPPORTED', {
        message: `${name} cannot be scaled to ${to}`,
        expected: `a whole number from 0 to ${MOST_REPLICAS}`,
        given: String(to),
      })
    }
    await this.#act(actor, async () => {
      await this.watch.fresh()
      const from = this.#scaled?.to ?? this.#desired()
      this.#events.emit({ service: name, replica: name, kind: 'scaled', actor, detail: `${from} to ${to}` })
      const other = await this.#set(to)
      if (other !== undefined) return
      await this.watch.fresh()
      await this.#until(() => this.#whyNotScaled(to), `${name} to have ${to} replicas`, SCALES_WITHIN_MS)
    })
  }

  /** All pods, as a rollout. Resolves when it is complete. */
  async restart(actor: Actor): Promise<void> {
    await this.#act(actor, () => restartWorkload(this.watch))
  }

  /** Ends the pod of a replica in order, where no PodDisruptionBudget forbids it; resolves when another one is ready in its place. */
  async replace(replica: string, actor: Actor): Promise<void> {
    await this.#act(actor, async () => {
      await this.watch.fresh()
      const pod = this.podOf(replica)
      if (pod === undefined) {
        throw runtimeErrors.error('FD_RUNTIME_CONFLICT', { message: `${replica} has no pod`, where: this.service.name })
      }
      const { name, uid, namespace = this.watch.place.namespace } = pod.metadata
      await evictPod(this.watch.cluster, { namespace, name, uid })
      await this.#until(() => this.#whyNotReplaced(replica, uid), `another pod for ${replica}`, REPLACED_WITHIN_MS)
    })
  }

  /** A fault scales it so, until what is returned is called: nobody else does it. */
  scales(scale: OwnScale): () => void {
    return this.#others.sets(scale)
  }

  /** Looks now, and records what is seen. Never rejects. */
  async see(): Promise<void> {
    await this.watch.fresh().then(
      () => this.#sync(),
      () => undefined,
    )
  }

  /** Has what is seen meanwhile recorded as this actor's, unless somebody acts here, and looks more often. */
  async watchAs<T>(actor: Actor, act: () => Promise<T>): Promise<T> {
    const watched = { actor }
    this.#watched.add(watched)
    try {
      return await this.watch.hurry(act)
    } finally {
      this.#watched.delete(watched)
    }
  }

  /** @throws FD_FAULT_REFUSED in a namespace of Kubernetes itself, unless that is allowed */
  async #act(actor: Actor, act: () => Promise<void>): Promise<void> {
    checkNamespace({ place: this.#run.workload, allow: this.#run.allow ?? [] })
    if (this.#acting !== undefined) {
      throw runtimeErrors.error('FD_RUNTIME_CONFLICT', {
        message: `something is done to ${this.service.name} already`,
        next: 'wait until that has ended',
      })
    }
    this.#acting = actor
    try {
      await this.watch.hurry(act)
      await this.watch.fresh().catch(() => undefined)
      await this.#sync()
    } finally {
      this.#acting = undefined
    }
  }

  /** The number of before is an undo; each other one is held until then. Resolves with the number of an autoscaler, where that stays instead. */
  async #set(to: number): Promise<number | undefined> {
    this.#ending.signal.throwIfAborted()
    const before = this.#scaled
    const original = before?.original ?? this.#desired()
    if (to === original) return this.#undoScaled()
    const { workload, programs = DEFAULT_PROGRAMS, autoscaled: fromAnyNumber = false } = this.#run
    const place = { cluster: this.watch.cluster, workload, programs }
    const isOver = this.#others.sets({ from: original, to })
    this.#setting = HeldScale.make(place, { from: before ?? this.#desired(), to, fromAnyNumber }, this.#ending.signal)
    try {
      this.#scaled = await this.#setting
    } catch (error) {
      isOver()
      throw error
    }
    this.#unset?.()
    this.#unset = isOver
    return undefined
  }

  /** Resolves with the number that an autoscaler has set instead, which stays. */
  async #undoScaled(): Promise<number | undefined> {
    const scaled = this.#scaled
    if (scaled === undefined) return undefined
    const other = await scaled.undo()
    this.#scaled = undefined
    this.#unset?.()
    if (other !== undefined && !this.#run.autoscaled) throw scaledMeanwhile(this.#run.workload, scaled.to, other)
    return other
  }

  #until(whyNot: () => string | undefined, what: string, timeoutMs: number): Promise<void> {
    const attempt = async () => {
      if (this.watch.problem !== undefined) return notYet(this.watch.problem.message)
      const why = whyNot()
      return why === undefined ? done(undefined) : notYet(why)
    }
    return waitUntil(attempt, { what, timeoutMs, intervalMs: LOOK_MS, signal: this.#closing.signal })
  }

  #desired(): number {
    return this.watch.workload === undefined ? 0 : desiredReplicas(this.watch.workload)
  }

  #whyNotScaled(to: number): string | undefined {
    if (this.#run.autoscaled && this.#desired() !== to) return undefined
    const states = this.replicas.map((replica) => replica.status())
    const ready = states.filter(({ state }) => state === 'healthy').length
    if (this.#desired() === to && states.length === to && ready === to) return undefined
    const other = states.find(({ state }) => state !== 'healthy')
    const why = other?.detail === undefined ? '' : `: ${other.detail}`
    return `${ready} of ${states.length} replicas are ready${why}`
  }

  #whyNotReplaced(replica: string, uid: string): string | undefined {
    const pod = this.podOf(replica)
    if (pod === undefined || pod.metadata.uid === uid) return pod === undefined ? 'no pod yet' : 'the pod has not ended'
    const { state, detail } = this.replicas.find(({ id }) => id === replica)?.status() ?? { state: 'stopped' }
    return state === 'healthy' ? undefined : (detail ?? state)
  }

  /** Has the replicas follow the slots. */
  async #sync(): Promise<void> {
    const { slots, workload } = this.watch
    const looked = workload === undefined ? undefined : this.#others.look(workload)
    const isFirst = this.#members.length === 0 && this.#watching === undefined
    const known = new Map(this.#members.map((member) => [member.number, member]))
    const members = slots.map(({ number }) => known.get(number) ?? this.#member(number, !isFirst))
    const left = this.#members.filter(({ number }) => !slots.some((slot) => slot.number === number))
    this.#members = members
    for (const { replica } of left) replica.leave(this.#run.autoscaled ? 'restart-policy' : 'operator')
    await Promise.all([looked, ...members.map(({ replica }) => replica.look())])
  }

  #member(number: number, isNew: boolean): Member {
    const { name } = this.service
    const control = new PodControl(this.watch, number, this.#run.container)
    const replica = new ForeignReplica({
      id: `${name}-${number}`,
      service: name,
      // A pod's readiness is known from the cluster.
      url: undefined,
      health: undefined,
      control,
      events: this.#events,
      origin: this.#origin,
      isNew,
      actor: () => this.#acting ?? [...this.#watched].at(-1)?.actor,
    })
    return { number, replica, control }
  }
}

export interface WorkloadReplicasOptions {
  service: ForeignService
  run: WorkloadRun
  cluster: Cluster
  events: EventLog
}
