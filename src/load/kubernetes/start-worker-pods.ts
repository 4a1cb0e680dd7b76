import { randomBytes } from 'node:crypto'
import { FiredrillError, messageOf } from '../../base/errors.ts'
import { pollFor } from '../../base/wait.ts'
import { type Cluster, isNotFound } from '../../kubernetes/cluster.ts'
import { listAll } from '../../kubernetes/lists.ts'
import type { KubernetesObject, Pod } from '../../kubernetes/objects.ts'
import { proxyPath, resourcePath } from '../../kubernetes/paths.ts'
import { loadErrors } from '../errors.ts'
import { type Carrier, notAWorker } from '../workers/carrier.ts'
import { newWorkerToken } from '../workers/worker-token.ts'
import { WORKER_PORT, type WorkerJobOptions, workerJob, workerSecret } from './worker-job.ts'

/**
 * Starts workers as pods of a Job, and waits until all of them are ready. They are reached through the API server's proxy of pods, and so
 * from wherever the cluster can be reached.
 * @throws FD_LOAD_WORKER_PODS, and what a request throws; nothing is left then
 */
export async function startWorkerPods(
  cluster: Cluster,
  { namespace, signal, ...options }: WorkerPodsOptions,
): Promise<WorkerPods> {
  const job = workerJob({ ...options, name: `firedrill-load-${randomBytes(4).toString('hex')}` })
  const { name } = job.metadata
  const token = newWorkerToken()
  const place = { cluster, namespace, name }
  try {
    await cluster.request({ method: 'POST', path: secretPath(place, ''), body: workerSecret(name, token), signal })
    const created = await cluster.request<KubernetesObject>({
      method: 'POST',
      path: jobPath(place, ''),
      body: job,
      signal,
    })
    const { uid } = created.metadata
    const owner = { apiVersion: 'batch/v1', kind: 'Job', name, uid }
    // From here on the cluster removes the secret with its Job.
    const body = { metadata: { ownerReferences: [owner] } }
    await cluster.request({ method: 'PATCH', path: secretPath(place), body, signal })
    const pods = await readyPods(place, { count: options.count, uid, signal })
    return {
      token,
      carriers: pods.map(({ metadata }) => podCarrier(place, metadata.name)),
      remove: () => remove(place),
    }
  } catch (error) {
    await remove(place).catch(() => undefined)
    throw error
  }
}

export interface WorkerPodsOptions extends Omit<WorkerJobOptions, 'name'> {
  namespace: string
  signal: AbortSignal
}

export interface WorkerPods {
  token: string
  /** The ways to the workers, one a pod. */
  carriers: Carrier[]
  /** Removes Job, pods and token. */
  remove(): Promise<void>
}

interface Place {
  cluster: Cluster
  namespace: string
  name: string
}

const BATCH = '/apis/batch/v1'
/** Until all pods are ready: images may have to be fetched. */
const READY_MS = 180_000
const LOOK_MS = 500

function jobPath({ namespace, name }: Place, of = name): string {
  return resourcePath({ api: BATCH, namespace, resource: 'jobs', ...(of === '' ? {} : { name: of }) })
}

function secretPath({ namespace, name }: Place, of = name): string {
  return resourcePath({ namespace, resource: 'secrets', ...(of === '' ? {} : { name: of }) })
}

async function remove(place: Place): Promise<void> {
  for (const path of [jobPath(place), secretPath(place)]) {
    const query = { propagationPolicy: 'Background' }
    await place.cluster.request({ method: 'DELETE', path, query }).catch((error: unknown) => {
      if (!isNotFound(error)) throw error
    })
  }
}

/** @throws FD_LOAD_WORKER_PODS with what is known of those that are not ready */
async function readyPods(
  { cluster, namespace, name }: Place,
  { count, uid, signal }: { count: number; uid: string; signal: AbortSignal },
): Promise<Pod[]> {
  const path = resourcePath({ namespace, resource: 'pods' })
  const look = async () => {
    const pods = await listAll<Pod>(cluster, { path, query: { labelSelector: `job-name=${name}` }, signal })
    return pods.filter(({ metadata }) => metadata.ownerReferences?.some((owner) => owner.uid === uid) === true)
  }
  const until = (pods: readonly Pod[]) =>
    readyWorkers(pods).length >= count || pods.some((pod) => whyNever(pod) !== undefined)
  const pods = await pollFor(look, { until, timeoutMs: READY_MS, intervalMs: LOOK_MS, signal })
  const ready = readyWorkers(pods)
  if (ready.length >= count) return ready
  throw loadErrors.error('FD_LOAD_WORKER_PODS', {
    message: `only ${ready.length} of ${count} workers are ready`,
    where: `job ${namespace}/${name}`,
    expected: 'an image that the cluster can fetch, and room for its pods',
    given:
      pods
        .filter((pod) => !isReady(pod))
        .map(stateOf)
        .slice(0, 3)
        .join('; ') || 'no pods: a quota or an admission rule may refuse them',
    next: '--worker-image names the image, --worker-cpu how much CPU each pod asks for',
  })
}

/** The ready pods, by index: one for each, also where the cluster has started two. Clusters that know no Indexed Jobs give none. */
function readyWorkers(pods: readonly Pod[]): Pod[] {
  const ready = pods.filter(isReady)
  const indexOf = ({ metadata }: Pod) => metadata.annotations?.[COMPLETION_INDEX]
  const first = new Map(ready.toReversed().map((pod) => [indexOf(pod) ?? pod.metadata.name, pod]))
  return ready
    .filter((pod) => first.get(indexOf(pod) ?? pod.metadata.name) === pod)
    .sort((one, other) => Number(indexOf(one) ?? 0) - Number(indexOf(other) ?? 0))
}

/** Annotation of the pods of an Indexed Job. */
const COMPLETION_INDEX = 'batch.kubernetes.io/job-completion-index'

function isReady({ status }: Pod): boolean {
  return status.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') === true
}

/** Why a pod gets never ready by waiting; `undefined` while it may. */
function whyNever(pod: Pod): string | undefined {
  const { phase, containerStatuses = [] } = pod.status
  const waiting = containerStatuses
    .map(({ state }) => state?.waiting?.reason)
    .find((reason) => HOPELESS.has(reason ?? ''))
  return phase === 'Failed' || phase === 'Succeeded' ? phase : waiting
}

const HOPELESS = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'ErrImageNeverPull',
  'InvalidImageName',
  'CreateContainerError',
])

function stateOf(pod: Pod): string {
  const { phase, containerStatuses = [], conditions = [] } = pod.status
  const waiting = containerStatuses.map(({ state }) => state?.waiting).find((one) => one !== undefined)
  const ended = containerStatuses.map(({ state }) => state?.terminated).find((one) => one !== undefined)
  const unscheduled = conditions.find(({ type, status }) => type === 'PodScheduled' && status === 'False')
  const why =
    waiting !== undefined
      ? `${waiting.reason ?? 'waiting'} ${waiting.message ?? ''}`
      : ended !== undefined
        ? `ended with code ${ended.exitCode}`
        : unscheduled !== undefined
          ? 'no node has room for it'
          : phase
  return `${pod.metadata.name}: ${why.trim()}`
}

function podCarrier({ cluster, namespace }: Place, pod: string): Carrier {
  const path = proxyPath({ namespace, resource: 'pods', name: pod, port: WORKER_PORT })
  return {
    name: pod,
    async send(message, timeoutMs) {
      try {
        return await cluster.request({ method: 'POST', path, body: message, timeoutMs })
      } catch (cause) {
        if (cause instanceof FiredrillError && cause.code === 'FD_KUBERNETES_FORBIDDEN') throw cause
        if (cause instanceof SyntaxError) throw notAWorker(pod, cause)
        throw loadErrors.error('FD_LOAD_WORKER_UNREACHABLE', {
          message: `the worker does not answer: ${messageOf(cause)}`,
          where: `pod ${namespace}/${pod}`,
          cause,
        })
      }
    },
    close: async () => undefined,
  }
}
