import type { Cluster } from '../../kubernetes/cluster.ts'
import { listAll } from '../../kubernetes/lists.ts'
import type { Pod } from '../../kubernetes/objects.ts'
import { APPS, resourcePath } from '../../kubernetes/paths.ts'
import type { Actuator, Replica } from '../actions/actuator.ts'
import { responderErrors } from '../errors.ts'
import { replicaOf } from './pod-replica.ts'

/**
 * Repairs in a cluster without control: replicas are pods, a restart deletes one, and its workload makes another. It needs to list and
 * delete pods and to scale the services, and nothing else.
 */
export function podActuator(
  cluster: Pick<Cluster, 'request'>,
  { namespace, labels, nowMs = Date.now }: Place,
): Actuator {
  let seen: { atMs: number; pods: Promise<Pod[]> } | undefined
  const pods = (): Promise<Pod[]> => {
    // A repair is looked at ten times a second: once is enough for the API server.
    if (seen !== undefined && nowMs() - seen.atMs < FRESH_MS) return seen.pods
    const path = resourcePath({ namespace, resource: 'pods' })
    const labelSelector = `${labels.stack},${labels.service}`
    const look = { atMs: nowMs(), pods: listAll<Pod>(cluster, { path, query: { labelSelector } }) }
    seen = look
    return look.pods
  }
  return {
    renames: true,
    async services() {
      const services = new Map<string, Replica[]>()
      for (const pod of await pods()) {
        const service = pod.metadata.labels?.[labels.service]
        const replica = replicaOf(pod, nowMs())
        if (service === undefined || replica === undefined) continue
        services.set(service, [...(services.get(service) ?? []), replica])
      }
      return services
    },
    async restart({ replica }) {
      seen = undefined
      await cluster.request({ method: 'DELETE', path: resourcePath({ namespace, resource: 'pods', name: replica }) })
    },
    async scale(service, replicas) {
      seen = undefined
      const path = resourcePath({ api: APPS, namespace, resource: 'deployments', name: service, subresource: 'scale' })
      await cluster.request({ method: 'PATCH', path, body: { spec: { replicas } } })
    },
    async configure() {
      throw withoutControl('settings of a service cannot be changed')
    },
    async clearFaults() {
      throw withoutControl('faults are lifted by the run that has injected them')
    },
  }
}

interface Place {
  namespace: string
  /** The pods of the stack: a condition on their labels ("app.kubernetes.io/part-of=firedrill"), and the label that names their service. */
  labels: { stack: string; service: string }
  nowMs?: () => number
}

/** How old what is known of pods may be, in milliseconds. */
const FRESH_MS = 500

function withoutControl(what: string) {
  return responderErrors.error('FD_RESPONDER_NO_CONTROL', {
    message: `in a cluster without control ${what}`,
    expected: 'a policy that restarts, scales or notifies',
  })
}
