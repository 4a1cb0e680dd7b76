import { sleep } from '../../base/wait.ts'
import type { Cluster } from '../../kubernetes/cluster.ts'
import type { Pod, Workload } from '../../kubernetes/objects.ts'
import { desiredReplicas } from '../../kubernetes/rollout.ts'
import type { EndingReplica } from '../../runtimes/runtime.ts'
import { endingPod } from './ending-pod.ts'
import { fillSlots, type Slot } from './slots.ts'
import { ownersOf, podsOwnedBy, readWorkload, type WorkloadPlace } from './workload.ts'

/** How a workload and its pods are observed. */

/** How often a workload is looked at, and while something is done to it. In milliseconds. */
const LOOK_EVERY_MS = 1_000
const HURRY_EVERY_MS = 250

/**
 * A workload and its pods, as they were at the last look. It is polled: a watch of the API server can end without a word, and then shows
 * what was. One look feeds all replicas.
 */
export class WorkloadWatch {
  readonly cluster: Cluster
  readonly place: WorkloadPlace
  #workload: Workload | undefined
  #slots: readonly Slot[] = []
  #owners: readonly string[] = []
  #ending: readonly EndingReplica[] = []
  #problem: Error | undefined
  #looking: Promise<void> | undefined
  /** How many acts wait for what they have done to be seen. */
  #hurried = 0

  constructor(cluster: Cluster, place: WorkloadPlace) {
    this.cluster = cluster
    this.place = place
  }

  /** `undefined` before the first look. */
  get workload(): Workload | undefined {
    return this.#workload
  }

  get slots(): readonly Slot[] {
    return this.#slots
  }

  /** Pods that were deleted and are not gone. */
  get ending(): readonly EndingReplica[] {
    return this.#ending
  }

  /** Why the last look has failed; what is known is of the look before. */
  get problem(): Error | undefined {
    return this.#problem
  }

  /** A look that begins now: one that is under way may show what was. @throws what a request throws */
  async fresh(): Promise<void> {
    await this.#looking?.catch(() => undefined)
    await this.#look()
  }

  /** Looks until the signal is aborted, and calls `onLook` after each look. Never rejects. */
  async run(signal: AbortSignal, onLook: () => Promise<void>): Promise<void> {
    while (!signal.aborted) {
      await sleep(this.#hurried > 0 ? HURRY_EVERY_MS : LOOK_EVERY_MS, signal).catch(() => undefined)
      if (signal.aborted) return
      await this.#look().catch(() => undefined)
      await onLook()
    }
  }

  /** Looks more often while something is waited for. */
  async hurry<T>(act: () => Promise<T>): Promise<T> {
    this.#hurried += 1
    try {
      return await act()
    } finally {
      this.#hurried -= 1
    }
  }

  #look(): Promise<void> {
    this.#looking ??= this.#read().finally(() => {
      this.#looking = undefined
    })
    return this.#looking
  }

  async #read(): Promise<void> {
    try {
      // Pods first: those that end after the workload has been scaled are never seen with the number from before.
      const first = this.#workload ?? (await readWorkload(this.cluster, this.place))
      const pods = await this.#pods(first)
      const workload = await readWorkload(this.cluster, this.place)
      this.#workload = workload
      this.#ending = pods.flatMap(endingPod)
      this.#slots = fillSlots(this.#slots, { pods, desired: desiredReplicas(workload) })
      this.#problem = undefined
    } catch (error) {
      this.#problem = error instanceof Error ? error : new Error(String(error))
      throw error
    }
  }

  /** Who owns pods is asked again only when one is seen that no known owner has. */
  async #pods(workload: Workload): Promise<Pod[]> {
    const { owned, others } = await podsOwnedBy(this.cluster, this.place, { workload, owners: this.#owners })
    if (others === 0 && this.#owners.length > 0) return owned
    this.#owners = await ownersOf(this.cluster, this.place, workload)
    return (await podsOwnedBy(this.cluster, this.place, { workload, owners: this.#owners })).owned
  }
}
