import { done, notYet, waitUntil } from '../../../base/wait.ts'
import { faultErrors } from '../../../faults/errors.ts'
import type { Cluster } from '../../../kubernetes/cluster.ts'
import type { Pod, Service } from '../../../kubernetes/objects.ts'
import { resourcePath } from '../../../kubernetes/paths.ts'
import { stateText, whyNeverStarts } from '../undo/until-watched.ts'
import { isReady } from '../workload.ts'
import { countsOf } from './proxy-counts.ts'
import { behindService, PROXY_CONTAINER, type ProxyWish, proxyName, proxyPod } from './proxy-objects.ts'

/** Starts the fault proxy of one Service in a pod. */

/** An image may have to be pulled first. */
const READY_WITHIN_MS = 90_000
/** How long it may fail to reach the pods of the Service. */
const REACHED_WITHIN_MS = 20_000
const LOOK_MS = 300

export interface ProxyPlace {
  cluster: Cluster
  namespace: string
  image: string
}

/**
 * Creates the pod, and the Service by which it reaches the pods of before; resolves when it is ready. Both go with their owner.
 * @throws FD_FAULT_REFUSED when it does not get ready, with the reason; the signal's reason
 */
export async function startProxy(
  { cluster, namespace, image }: ProxyPlace,
  wish: ProxyWish & { program: string },
  signal: AbortSignal,
): Promise<void> {
  const create = <T>(resource: string, body: object) =>
    cluster.request<T>({ method: 'POST', path: resourcePath({ namespace, resource }), body })
  const behind = await create<Service>('services', behindService(wish))
  const address = behind.spec.clusterIP ?? ''
  await create('pods', proxyPod(wish, { address, program: wish.program, image }))
  await untilReady({ cluster, namespace, image }, proxyName(wish.id), signal)
}

async function untilReady({ cluster, namespace, image }: ProxyPlace, name: string, signal: AbortSignal): Promise<void> {
  const refused = (given: string) =>
    faultErrors.error('FD_FAULT_REFUSED', {
      message: 'the proxy that would come before the Service does not get ready, so nothing is changed',
      given,
      expected: `an image with Node 20 or later, and pods of the Service that it reaches; the image is ${image}`,
      next: 'firedrill.yaml names the image: kubernetes: { image: … }',
    })
  let isLost = false
  let unreachedSinceMs: number | undefined
  await waitUntil(
    async () => {
      const pod = await cluster.request<Pod>({ path: resourcePath({ namespace, resource: 'pods', name }) })
      if (isReady(pod)) return done(undefined)
      const lost = whyNeverStarts(pod, PROXY_CONTAINER)
      const why = lost ?? (await countsOf(cluster, { namespace, name }))?.why
      if (lost === undefined && why !== undefined) unreachedSinceMs ??= performance.now()
      isLost = lost !== undefined || performance.now() - (unreachedSinceMs ?? performance.now()) > REACHED_WITHIN_MS
      if (isLost) throw refused(why ?? 'no reason is known')
      return notYet(why ?? stateText(pod, PROXY_CONTAINER))
    },
    { what: 'the proxy to be ready', timeoutMs: READY_WITHIN_MS, intervalMs: LOOK_MS, signal, fatal: () => isLost },
  ).catch((error: { code?: string; details?: { given?: string } }) => {
    throw error.code === 'FD_WAIT_TIMEOUT' ? refused(error.details?.given ?? 'no reason is known') : error
  })
}
