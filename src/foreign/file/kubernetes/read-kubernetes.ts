import type { Static } from '#typebox'
import { defined } from '../../../base/defined.ts'
import type { ClusterPlace } from '../../../kubernetes/open-cluster.ts'
import { proxyUrl } from '../../../kubernetes/proxy-url.ts'
import { parseWorkload } from '../../../kubernetes/workload-place.ts'
import type { ServiceLink, WorkloadRun } from '../foreign-system.ts'
import type { clusterSchema, monitoringServiceSchema, serviceLinkSchema, workloadSchema } from './kubernetes-schema.ts'
import { DEFAULT_PROGRAMS } from './pod-programs.ts'

/** What a firedrill.yaml says of Kubernetes. The document has passed its validation. */

export type ClusterDefaults = Static<typeof clusterSchema>

/** How a service is run as a workload, and the URL by which it is asked through the API server. */
export function toWorkloadRun(
  { workload, container, service, port, scheme, allow, autoscaled, ...own }: Static<typeof workloadSchema>,
  defaults: ClusterDefaults,
): WorkloadRun {
  const { cluster, namespace } = placeOf(own, defaults)
  const { kind, name } = parseWorkload(workload) ?? { kind: 'deployment', name: workload }
  return {
    kind: 'kubernetes',
    cluster,
    workload: { namespace, kind, name },
    ...defined({ container, service, allow, autoscaled }),
    ...programsOf(defaults),
    ...(service === undefined
      ? {}
      : { proxied: proxyUrl(cluster, { namespace, resource: 'services', name: service, port, scheme }) }),
  }
}

/** A link that is a Service. */
export function toServiceLink(
  name: string,
  { service, allow, ...own }: Static<typeof serviceLinkSchema>,
  defaults: ClusterDefaults,
): ServiceLink {
  return { name, ...placeOf(own, defaults), service, ...defined({ allow }), ...programsOf(defaults) }
}

/** Missing where the file says nothing of them. */
function programsOf({ image, serviceAccount }: ClusterDefaults): Pick<WorkloadRun, 'programs'> {
  if (image === undefined && serviceAccount === undefined) return {}
  return { programs: { ...DEFAULT_PROGRAMS, ...defined({ image, serviceAccount }) } }
}

/** Where Prometheus or Alertmanager is read, and through which cluster. */
export function toProxied(
  { service, port, scheme, path = '', ...own }: Static<typeof monitoringServiceSchema>,
  defaults: ClusterDefaults,
): { url: string; through: ClusterPlace } {
  const { cluster, namespace } = placeOf(own, defaults)
  const base = proxyUrl(cluster, { namespace, resource: 'services', name: service, port, scheme })
  return { url: `${base}${path.replace(/^\//, '')}`, through: cluster }
}

function placeOf(own: ClusterDefaults, defaults: ClusterDefaults): { cluster: ClusterPlace; namespace: string } {
  const { context, namespace = '' } = { ...defaults, ...own }
  return { cluster: defined({ context }), namespace }
}
