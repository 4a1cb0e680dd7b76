import { pollFor } from '../../../base/wait.ts'
import { faultErrors } from '../../../faults/errors.ts'
import type {
  HeldChange,
  PodView,
  WorkloadChange,
  WorkloadDescription,
  WorkloadSubject,
} from '../../../faults/workload.ts'
import { type Cluster, isNotFound } from '../../../kubernetes/cluster.ts'
import { listAll } from '../../../kubernetes/lists.ts'
import type { Endpoints, Pod } from '../../../kubernetes/objects.ts'
import { resourcePath } from '../../../kubernetes/paths.ts'
import { type WorkloadPlace, workloadText } from '../../../kubernetes/workload-place.ts'
import type { Allowance, PodPrograms } from '../../file/kubernetes/pod-programs.ts'
import { denyTraffic } from '../deny/deny-traffic.ts'
import { evictPod } from '../evict-pod.ts'
import type { OwnScale } from '../others/replicas-watch.ts'
import type { HeldFor } from '../undo/change-object.ts'
import { makeChange } from '../undo/make-change.ts'
import { isEnding, isReady, podsOf, readWorkload } from '../workload.ts'
import { checkLoss, checkNamespace, checkRollout } from './check-loss.ts'
import { podView } from './pod-view.ts'
import { runInPod } from './run-in-pod.ts'

/** What faults may do to a replica that is a pod. */

/** How long pods that come back are waited for, and looked at. Milliseconds. */
const SETTLES_WITHIN_MS = 60_000
const LOOK_MS = 300

export interface WorkloadSubjectOptions {
  cluster: Cluster
  place: WorkloadPlace
  /** The container of its pods that counts. Default: the first one of the template. */
  container?: string | undefined
  allow: readonly Allowance[]
  programs: PodPrograms
  /** The pod in the place of the replica now, looked up afresh. */
  pod(): Promise<Pod | undefined>
  /** Called before each act. @throws FD_FAULT_REFUSED where this run may not act in that namespace */
  enter(namespace: string, isAllowed: boolean): void
  /** Has what is seen in the workload meanwhile recorded as done by a fault. */
  asFault<T>(act: () => Promise<T>): Promise<T>
  /** Has another number of replicas taken as set by a fault, until what is returned is called. */
  scales(scale: OwnScale): () => void
  /** Looks at the workload now, and records what others have changed. Never rejects. */
  see(): Promise<void>
}

/** The subject of faults on a replica that is a pod of a workload. */
export function workloadSubject(options: WorkloadSubjectOptions): WorkloadSubject {
  const { cluster, place, container: counts, allow, programs } = options
  const view = (pod: Pod | undefined) => (pod === undefined ? undefined : podView(pod, counts))
  const { namespace } = place
  const enter = () => {
    checkNamespace({ place, allow })
    options.enter(namespace, allow.includes('several-namespaces'))
  }
  const acts = podActs(cluster, namespace)
  return {
    description: workloadText(place),
    pod: async () => view(await options.pod()),
    again: async (pod) => view(await acts.read(pod)),
    pods: async () =>
      (await podsOf(cluster, place, await readWorkload(cluster, place))).map((pod) => podView(pod, counts)),
    servicesOf: (pod) => servicesOf(cluster, namespace, pod),
    checkLoss: async (pod) => {
      enter()
      const found = await acts.read(pod)
      if (found === undefined) throw gone(pod)
      await checkLoss({ cluster, place, allow }, pod, found.metadata.labels)
    },
    lose: acts.lose,
    evict: acts.evict,
    exec: (pod, container, command) => cluster.exec({ namespace, pod: pod.name, container }, command),
    run: async (pod, work) => {
      enter()
      return runInPod({ cluster, namespace, image: programs.image }, pod, work)
    },
    deny: async (denial, held) => {
      enter()
      return denyTraffic({ cluster, workload: place, container: counts, programs }, denial, held)
    },
    change: async (change, held) => {
      enter()
      if (change.rollsOut === true) await checkRollout({ cluster, place, allow })
      return changeAsFault(options, change, held)
    },
  }
}

/** Makes a change that is known to be of a fault, and so are the pods that come back after its undo. */
async function changeAsFault(
  { cluster, place, container, programs, asFault, scales, see }: WorkloadSubjectOptions,
  change: WorkloadChange,
  held: HeldFor,
): Promise<HeldChange> {
  let isOver: () => void = () => undefined
  const patches = (workload: WorkloadDescription) => {
    const made = change.patches(workload)
    const to = made.act.find((step) => step.op === 'replace' && step.path === '/spec/replicas')
    if (to?.op === 'replace') isOver = scales({ from: workload.replicas, to: Number(to.value) })
    return made
  }
  try {
    const made = await makeChange({ cluster, workload: place, container, programs }, { ...change, patches }, held)
    // What others do from here on is compared with it. Nothing waits for that: the Lease must be renewed.
    void see()
    const undo = async () => {
      const undone = await made.undo()
      isOver()
      if (undone.changed) void asFault(() => untilSettled(cluster, place)).catch(() => undefined)
      // What somebody else has made of it is recorded before the run ends.
      else await see()
      return undone
    }
    return { ...made, undo }
  } catch (error) {
    isOver()
    throw error
  }
}

/** What is done to one pod, and to no other one that has its name. */
function podActs(cluster: Cluster, namespace: string) {
  const pathOf = ({ name }: PodView) => resourcePath({ namespace, resource: 'pods', name })
  return {
    read: async (pod: PodView): Promise<Pod | undefined> => {
      try {
        const found = await cluster.request<Pod>({ path: pathOf(pod) })
        return found.metadata.uid === pod.uid ? found : undefined
      } catch (error) {
        if (isNotFound(error)) return undefined
        throw error
      }
    },
    lose: async (pod: PodView) => {
      const body = { gracePeriodSeconds: 0, preconditions: { uid: pod.uid } }
      await cluster.request({ method: 'DELETE', path: pathOf(pod), body })
    },
    evict: ({ name, uid }: PodView) => evictPod(cluster, { namespace, name, uid }),
  }
}

async function servicesOf(cluster: Cluster, namespace: string, pod: PodView): Promise<string[]> {
  const all = await listAll<Endpoints>(cluster, { path: resourcePath({ namespace, resource: 'endpoints' }) })
  const sendsTo = ({ subsets = [] }: Endpoints) =>
    subsets.some(({ addresses = [] }) => addresses.some(({ targetRef }) => targetRef?.uid === pod.uid))
  return all.filter(sendsTo).map(({ metadata }) => metadata.name)
}

function gone({ name }: PodView) {
  return faultErrors.error('FD_FAULT_REFUSED', { message: `pod ${name} is gone already` })
}

/** Waits a while for the pods that come back, so that their start is known to be of the undo. */
async function untilSettled(cluster: Cluster, place: WorkloadPlace): Promise<void> {
  const look = async () => {
    const workload = await readWorkload(cluster, place)
    const pods = (await podsOf(cluster, place, workload)).filter((pod) => !isEnding(pod))
    return pods.every(isReady) && pods.length === (workload.spec.replicas ?? pods.length)
  }
  const poll = { until: (isSettled: boolean) => isSettled, timeoutMs: SETTLES_WITHIN_MS, intervalMs: LOOK_MS }
  await pollFor(look, poll).catch(() => undefined)
}
