import { FiredrillError } from '../../base/errors.ts'
import type { Cluster } from '../../kubernetes/cluster.ts'
import type { KubernetesObject } from '../../kubernetes/objects.ts'
import { runtimeErrors } from '../../runtimes/runtime.ts'
import { type WorkloadPlace, workloadPath, workloadText } from './workload.ts'

/**
 * Gives a workload another number of replicas, if it has the number that is expected. Nothing else of it is touched.
 * @throws FD_RUNTIME_CONFLICT when somebody else has scaled it, and what a request throws
 */
export async function scaleWorkload(
  cluster: Pick<Cluster, 'request'>,
  place: WorkloadPlace,
  { expected, to }: { expected: number; to: number },
): Promise<void> {
  const path = workloadPath(place, 'scale')
  for (let attempt = 1; ; attempt += 1) {
    const scale = await cluster.request<Scale>({ path })
    // A number of zero is left out of the object.
    const { replicas = 0 } = scale.spec
    if (replicas !== expected) throw scaledMeanwhile(place, expected, replicas)
    try {
      await cluster.request({ method: 'PUT', path, body: { ...scale, spec: { ...scale.spec, replicas: to } } })
      return
    } catch (error) {
      // The object has changed since it was read: mostly its status.
      const isOld = error instanceof FiredrillError && error.code === 'FD_KUBERNETES_CONFLICT'
      if (!isOld || attempt === MOST_ATTEMPTS) throw error
    }
  }
}

/** The subresource of a workload that has its number of replicas alone. */
interface Scale extends KubernetesObject {
  spec: { replicas?: number }
}

const MOST_ATTEMPTS = 8

function scaledMeanwhile(place: WorkloadPlace, expected: number, given: number) {
  return runtimeErrors.error('FD_RUNTIME_CONFLICT', {
    message: `${workloadText(place)} was scaled by somebody else: it stays as it is`,
    expected: `${expected} replicas`,
    given: String(given),
  })
}
