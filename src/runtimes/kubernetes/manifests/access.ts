import { ALL_SECRETS, type Manifest, secretName, stackLabels } from './manifest.ts'

/** What an account may do in the namespace of the stack. */
export interface Access {
  account: string
  /** Whether each of its pods gets its token. Default: those that ask for it. */
  hasToken?: boolean
  rules: readonly Rule[]
}

interface Rule {
  apiGroups: readonly string[]
  resources: readonly string[]
  resourceNames?: readonly string[]
  verbs: readonly string[]
}

/** Prometheus reads where its targets are. */
export const prometheusAccess: Access = {
  account: 'prometheus',
  rules: [{ apiGroups: [''], resources: ['endpoints', 'services', 'pods'], verbs: ['get', 'list', 'watch'] }],
}

/** Setup makes the secrets that are missing, and reads none but those of the stack. */
export function setupAccess(parts: readonly string[]): Access {
  const resourceNames = [ALL_SECRETS, ...parts.map(secretName)]
  return {
    account: 'setup',
    rules: [
      // The API server knows no name yet when an object is created.
      { apiGroups: [''], resources: ['secrets'], verbs: ['create'] },
      { apiGroups: [''], resources: ['secrets'], resourceNames, verbs: ['get', 'patch'] },
    ],
  }
}

/**
 * The responder restarts a replica, which is to delete its pod, and scales these services. It can change no workload, and so run
 * nothing of its own.
 */
export function responderAccess(services: readonly string[]): Access {
  return {
    account: 'responder',
    rules: [
      { apiGroups: [''], resources: ['pods'], verbs: ['list', 'delete'] },
      {
        apiGroups: ['apps'],
        resources: ['deployments/scale'],
        resourceNames: services,
        verbs: ['get', 'patch'],
      },
    ],
  }
}

/** Those who drill the stack do what control does to replicas, their workloads and their processes. */
export const controlAccess: Access = {
  account: 'control',
  rules: [
    { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'delete'] },
    { apiGroups: [''], resources: ['pods/log', 'services', 'endpoints', 'events'], verbs: ['get', 'list'] },
    { apiGroups: [''], resources: ['pods/exec', 'pods/eviction'], verbs: ['create'] },
    { apiGroups: [''], resources: ['services/proxy', 'pods/proxy'], verbs: ['get', 'create'] },
    { apiGroups: ['apps'], resources: ['deployments', 'statefulsets'], verbs: ['get', 'list', 'patch'] },
    { apiGroups: ['apps'], resources: ['replicasets'], verbs: ['get', 'list'] },
    { apiGroups: ['apps'], resources: ['deployments/scale', 'statefulsets/scale'], verbs: ['get', 'patch', 'update'] },
    { apiGroups: ['policy'], resources: ['poddisruptionbudgets'], verbs: ['get', 'list'] },
    // A change to a workload is kept in a Lease, and put back by a Job.
    { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['get', 'list', 'create', 'patch', 'delete'] },
    { apiGroups: ['batch'], resources: ['jobs'], verbs: ['create'] },
  ],
}

/** The Job that a drill leaves in the cluster puts a workload back when Firedrill is gone. */
export const undoAccess: Access = {
  account: 'firedrill',
  hasToken: true,
  rules: [
    { apiGroups: ['apps'], resources: ['deployments', 'statefulsets'], verbs: ['patch'] },
    { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['get', 'patch', 'delete'] },
  ],
}

/** The account, its Role, and the binding of the two. */
export function accessObjects({ account, hasToken = false, rules }: Access, namespace: string): Manifest[] {
  const metadata = { name: account, labels: stackLabels }
  const group = 'rbac.authorization.k8s.io'
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata, automountServiceAccountToken: hasToken },
    { apiVersion: `${group}/v1`, kind: 'Role', metadata, rules },
    {
      apiVersion: `${group}/v1`,
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: group, kind: 'Role', name: account },
      subjects: [{ kind: 'ServiceAccount', name: account, namespace }],
    },
  ]
}
