import type { ContainerStatus, Pod } from '../../kubernetes/objects.ts'
import { resourcePath } from '../../kubernetes/paths.ts'
import { runtimeErrors } from '../../runtimes/runtime.ts'
import type { Address } from '../../stack/part.ts'
import type { ReplicaControl, ReplicaLife } from '../control/replica-control.ts'
import type { Slot } from './slots.ts'
import { isReady, mainContainerOf, workloadText } from './workload.ts'
import type { WorkloadWatch } from './workload-watch.ts'

/** Control over a replica that is a slot of a workload: the pod that fills it. What is done to pods is done by the cluster. */
export class PodControl implements ReplicaControl {
  readonly #watch: WorkloadWatch
  readonly #number: number
  readonly #named: string | undefined

  /** `container`: the one that counts; default: the main one of the workload. */
  constructor(watch: WorkloadWatch, number: number, container: string | undefined) {
    this.#watch = watch
    this.#number = number
    this.#named = container
  }

  get description(): string {
    const { metadata } = this.pod() ?? {}
    const place = workloadText(this.#watch.place)
    return metadata === undefined ? `a pod of ${place}` : `pod ${metadata.name} of ${place}`
  }

  /** The pod that fills the slot; `undefined` while none does. */
  pod(): Pod | undefined {
    return this.#slot()?.pod
  }

  /** As of the last look of the watch. @throws why that has failed */
  async look(): Promise<ReplicaLife | undefined> {
    if (this.#watch.problem !== undefined) throw this.#watch.problem
    return this.#life()
  }

  lives(current: ReplicaLife): boolean {
    return this.#life()?.life === current.life
  }

  local(): undefined {
    return undefined
  }

  absence(): string | undefined {
    const slot = this.#slot()
    const { pod } = slot ?? {}
    if (pod === undefined) return slot?.lastPod === undefined ? 'no pod yet' : `no pod in place of ${slot.lastPod} yet`
    const { state } = statusOf(pod, this.#containerIn(pod)) ?? {}
    const { reason, message } = state?.waiting ?? state?.terminated ?? { reason: pod.status.phase, message: undefined }
    return `pod ${pod.metadata.name}: ${[reason, message].filter((one) => one !== undefined && one !== '').join(', ')}`
  }

  address(): Address | undefined {
    const pod = this.pod()
    if (pod?.status.podIP === undefined) return undefined
    const port = pod.spec.containers.find(({ name }) => name === containerOf(pod, this.#containerIn(pod)))?.ports?.[0]
    return { host: pod.status.podIP, port: port?.containerPort ?? 0 }
  }

  signal(): Promise<never> {
    return this.#refuse(
      'takes no signal from here',
      '`crash` ends the process of its container, `lose` takes the pod away',
    )
  }

  freeze(): Promise<never> {
    return this.#refuse('cannot be frozen', '`crash` ends the process of its container, `lose` takes the pod away')
  }

  thaw(): Promise<never> {
    return this.freeze()
  }

  stop(): Promise<never> {
    return this.#refuse('would be replaced at once', '`scale` with fewer replicas, or `lose`, which takes the pod away')
  }

  start(): Promise<never> {
    return this.#refuse('is started by the cluster alone', '`scale` with more replicas')
  }

  async log(lines: number): Promise<string[]> {
    const pod = this.pod()
    if (pod === undefined) return []
    const { name, namespace = this.#watch.place.namespace } = pod.metadata
    const text = await this.#watch.cluster.request<string>({
      path: resourcePath({ namespace, resource: 'pods', name, subresource: 'log' }),
      query: { tailLines: String(lines), container: containerOf(pod, this.#containerIn(pod)) },
      answer: 'text',
    })
    return text.split('\n').filter((line) => line !== '')
  }

  async close(): Promise<void> {}

  #slot(): Slot | undefined {
    return this.#watch.slots.find(({ number }) => number === this.#number)
  }

  /** Name of the container that counts; `undefined` where that is the pod's first. */
  #containerIn({ spec }: Pod): string | undefined {
    const { workload } = this.#watch
    const main = workload === undefined ? undefined : mainContainerOf(workload)
    // A pod of an earlier template may have no container of that name.
    return this.#named ?? spec.containers.find(({ name }) => name === main)?.name
  }

  /** While its container runs. A container that was started again has another id: that is another life. */
  #life(): ReplicaLife | undefined {
    const pod = this.pod()
    const status = pod === undefined ? undefined : statusOf(pod, this.#containerIn(pod))
    if (pod === undefined || status?.state?.running === undefined) return undefined
    const { uid, name } = pod.metadata
    const { restartCount, containerID = String(restartCount) } = status
    return {
      life: `${uid}@${containerID}`,
      pid: undefined,
      halted: false,
      name: restartCount === 0 ? `pod ${name}` : `pod ${name}, restart ${restartCount} of its container`,
      readiness: { isReady: isReady(pod), detail: `pod ${name} is not ready` },
    }
  }

  async #refuse(why: string, expected: string): Promise<never> {
    throw podRefusal(this.description, why, expected)
  }
}

/** Name of the container that counts. */
export function containerOf(pod: Pod, wanted: string | undefined): string {
  return wanted ?? pod.spec.containers[0]?.name ?? ''
}

export function statusOf(pod: Pod, wanted: string | undefined): ContainerStatus | undefined {
  const name = containerOf(pod, wanted)
  return pod.status.containerStatuses?.find((status) => status.name === name)
}

/** What cannot be done to a pod, and what can. */
export function podRefusal(what: string, why: string, expected: string) {
  return runtimeErrors.error('FD_RUNTIME_UNSUPPORTED', { message: `${what} ${why}`, expected })
}
