import { type WorkloadKind, workloadKinds } from '../../../kubernetes/workload-place.ts'
import { policyName } from '../deny/deny-objects.ts'

/** One thing that Firedrill asks of the API server, as RBAC names it. */
export interface Permission {
  /** The API group; '' is the core group. */
  group: string
  /** "pods", "pods/exec"; `WORKLOAD` stands for the kinds of the system's workloads. */
  resource: string
  verbs: readonly Verb[]
  /** What it is for, in a few words that continue "to …". */
  to: string
  /** The namespaces that it is about. Default: that of the services. */
  where?: 'services' | 'monitoring'
  /** Only those objects that have the name of a Service that is a link, or of a policy that denies connections. Default: all. */
  of?: 'links' | 'denials'
}

export type Verb = 'get' | 'list' | 'create' | 'update' | 'patch' | 'delete'

export const WORKLOAD = 'WORKLOAD'
/** What is behind a Service, read through the API server. */
export const PROXY = 'services/proxy'

/** What permissions are about: the parts of a system in one cluster, with the workloads of one namespace. */
export interface AccessPlaces {
  namespace: string
  workloads: readonly { kind: WorkloadKind; name: string }[]
  /** Names of the Services that are links. */
  links: readonly string[]
  /** What is read through the API server's proxy, by the name that it has in the path: "http:prometheus-operated:web". */
  proxied: readonly { namespace: string; name: string }[]
  /** Namespaces of Prometheus and Alertmanager. */
  monitoring: readonly string[]
}

/** A permission as it is asked for or granted: one verb, one resource, one namespace, of one object or of all. */
export interface Grant {
  namespace: string
  group: string
  resource: string
  verb: Verb
  /** The object; missing where it can be any. */
  name?: string
}

/** The grants that a permission is made of, for these places. */
export function grantsOf(permission: Permission, places: AccessPlaces): Grant[] {
  const { group, verbs } = permission
  return objectsOf(permission, places).flatMap(({ name, ...object }) =>
    verbs.map((verb) => {
      // The path of a list names no object.
      const own = name === undefined || verb === 'list' ? {} : { name }
      return { group, verb, ...object, ...own }
    }),
  )
}

function objectsOf({ resource, where, of }: Permission, places: AccessPlaces): Omit<Grant, 'group' | 'verb'>[] {
  const { namespace, workloads, links, proxied, monitoring } = places
  if (resource === WORKLOAD) {
    return workloads.map(({ kind, name }) => ({ namespace, resource: workloadKinds[kind].resource, name }))
  }
  if (of === 'links') return links.map((name) => ({ namespace, resource, name }))
  if (of === 'denials') return workloads.map((one) => ({ namespace, resource, name: policyName(one) }))
  if (resource === PROXY) return proxied.map((one) => ({ ...one, resource }))
  if (where === 'monitoring') return monitoring.map((one) => ({ namespace: one, resource }))
  // A namespace is an object within itself.
  return [{ namespace, resource, ...(resource === 'namespaces' ? { name: namespace } : {}) }]
}

/** One text for each grant, to compare them by. */
export function grantKey({ namespace, group, resource, verb, name = '*' }: Grant): string {
  return JSON.stringify([namespace, group, resource, name, verb])
}
