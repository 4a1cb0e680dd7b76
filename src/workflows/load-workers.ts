import { hostname } from 'node:os'
import type { ListenAddress } from '../base/http/listen-address.ts'
import { usageErrors } from '../base/usage-errors.ts'
import { WorkerGroup } from '../load/workers/worker-group.ts'
import type { StateFolder } from '../runtimes/native/state/state-folder.ts'

/** Which workers carry a load. */
export type WorkersPlace =
  | { kind: 'hosts'; hosts: readonly { name: string; address: ListenAddress }[]; tokenFrom: string }
  | { kind: 'kubernetes'; count: number; image: string; cpu: string; context?: string | undefined; namespace: string }

/**
 * Opens the workers of a load, and starts them where they are pods. `close` ends what is left of it, and removes the pods.
 * @throws errors of workers, of their token and of the cluster
 */
export async function openWorkers(place: WorkersPlace, options: OpenWorkersOptions): Promise<OpenWorkers> {
  const { journey, origins, folder, durationMs, signal } = options
  if (place.kind === 'hosts') {
    const [{ httpCarrier }, { workerToken }] = await Promise.all([
      import('../load/workers/carrier.ts'),
      import('../load/workers/worker-token.ts'),
    ])
    const source = { variable: place.tokenFrom, env: process.env, file: folder.workerToken, create: false }
    const { token } = await workerToken(source)
    const carriers = place.hosts.map(({ name, address }) => httpCarrier(name, address))
    const group = await WorkerGroup.open(carriers, { token, journey })
    try {
      refuseLoopback(
        origins,
        group.hosts.filter((host) => host !== hostname()),
      )
      return { group, close: () => group.close() }
    } catch (error) {
      await group.close()
      throw error
    }
  }
  refuseLoopback(origins, [`the pods of ${place.namespace}`])
  const [{ openCluster }, { startWorkerPods }] = await Promise.all([
    import('../kubernetes/open-cluster.ts'),
    import('../load/kubernetes/start-worker-pods.ts'),
  ])
  const cluster = openCluster({ context: place.context })
  try {
    const pods = await startWorkerPods(cluster, { ...place, durationMs, signal })
    try {
      const group = await WorkerGroup.open(pods.carriers, { token: pods.token, journey })
      const close = async () => {
        await group.close()
        await pods.remove().finally(() => cluster.close())
      }
      return { group, close }
    } catch (error) {
      await pods.remove().catch(() => undefined)
      throw error
    }
  } catch (error) {
    await cluster.close()
    throw error
  }
}

export interface OpenWorkersOptions {
  /** Name or path, of a journey that has been read. */
  journey: string
  /** What is loaded. */
  origins: readonly string[]
  folder: StateFolder
  /** Of the load. */
  durationMs: number
  signal: AbortSignal
}

export interface OpenWorkers {
  group: WorkerGroup
  close(): Promise<void>
}

/** An address of the loopback is another machine for each one who uses it. @throws FD_USAGE */
function refuseLoopback(origins: readonly string[], elsewhere: readonly string[]): void {
  const loopback = origins.find((origin) => LOOPBACK.test(new URL(origin).hostname))
  const [first] = elsewhere
  if (loopback === undefined || first === undefined) return
  throw usageErrors.error('FD_USAGE', {
    message: `for a worker elsewhere (${first}) this target is the machine of the worker`,
    where: loopback,
    expected: 'a URL by which every worker reaches the target',
  })
}

const LOOPBACK = /^(?:localhost|127\..*|\[::1\])$/
