import type { TestApiServer } from './test-api-server.ts'

/**
 * What clusters say of their API, the part that matters here: `/apis` with the preferred version of each group first, and the resources
 * whose version differs. As Kubernetes 1.20 and 1.33 answer; the first is asked for real in test/kubernetes/.
 */
export const servedApis = {
  '1.20': {
    groups: {
      'admissionregistration.k8s.io': ['v1', 'v1beta1'],
      'apiextensions.k8s.io': ['v1', 'v1beta1'],
      apps: ['v1'],
      'authentication.k8s.io': ['v1', 'v1beta1'],
      'authorization.k8s.io': ['v1', 'v1beta1'],
      autoscaling: ['v1', 'v2beta1', 'v2beta2'],
      batch: ['v1', 'v1beta1'],
      'coordination.k8s.io': ['v1', 'v1beta1'],
      'discovery.k8s.io': ['v1beta1'],
      'networking.k8s.io': ['v1', 'v1beta1'],
      policy: ['v1beta1'],
      'rbac.authorization.k8s.io': ['v1', 'v1beta1'],
      'storage.k8s.io': ['v1', 'v1beta1'],
    },
    /** Group and version of the objects that `pods/eviction` takes. */
    eviction: { group: 'policy', version: 'v1beta1' },
    budgets: 'policy/v1beta1',
    cronJobs: 'batch/v1beta1',
  },
  '1.33': {
    groups: {
      'admissionregistration.k8s.io': ['v1'],
      'apiextensions.k8s.io': ['v1'],
      apps: ['v1'],
      'authentication.k8s.io': ['v1'],
      'authorization.k8s.io': ['v1'],
      autoscaling: ['v2', 'v1'],
      batch: ['v1'],
      'coordination.k8s.io': ['v1'],
      'discovery.k8s.io': ['v1'],
      'networking.k8s.io': ['v1'],
      policy: ['v1'],
      'rbac.authorization.k8s.io': ['v1'],
      'storage.k8s.io': ['v1'],
    },
    eviction: { group: 'policy', version: 'v1' },
    budgets: 'policy/v1',
    cronJobs: 'batch/v1',
  },
} as const satisfies Record<string, ServedApi>

export type ServedVersion = keyof typeof servedApis

interface ServedApi {
  groups: Readonly<Record<string, readonly string[]>>
  eviction: { group: string; version: string }
  budgets: string
  cronJobs: string
}

/** Every apiVersion that a cluster of that version serves: "v1", "apps/v1". */
export function servedVersions(version: ServedVersion): ReadonlySet<string> {
  const groups: ServedApi['groups'] = servedApis[version].groups
  return new Set(['v1', ...Object.entries(groups).flatMap(([group, all]) => all.map((one) => `${group}/${one}`))])
}

/** Has a server describe its API as a cluster of that version does. */
export function describeAs(server: TestApiServer, version: ServedVersion): void {
  const { groups, eviction, budgets, cronJobs }: ServedApi = servedApis[version]
  const list = Object.entries(groups).map(([name, versions]) => {
    const all = versions.map((one) => ({ groupVersion: `${name}/${one}`, version: one }))
    return { name, versions: all, preferredVersion: all[0] }
  })
  const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']
  const resources = new Map([...servedVersions(version)].map((one) => [one, [] as object[]]))
  const add = (apiVersion: string, ...all: object[]) => resources.get(apiVersion)?.push(...all)
  add('v1', { name: 'pods', singularName: '', namespaced: true, kind: 'Pod', verbs })
  add('v1', {
    name: 'pods/eviction',
    singularName: '',
    namespaced: true,
    ...eviction,
    kind: 'Eviction',
    verbs: ['create'],
  })
  add('batch/v1', { name: 'jobs', singularName: '', namespaced: true, kind: 'Job', verbs })
  add(cronJobs, { name: 'cronjobs', singularName: '', namespaced: true, kind: 'CronJob', verbs })
  add(budgets, { name: 'poddisruptionbudgets', singularName: '', namespaced: true, kind: 'PodDisruptionBudget', verbs })
  server.texts.set('/apis', JSON.stringify({ kind: 'APIGroupList', apiVersion: 'v1', groups: list }))
  for (const [groupVersion, own] of resources) {
    const path = groupVersion === 'v1' ? '/api/v1' : `/apis/${groupVersion}`
    server.texts.set(path, JSON.stringify({ kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources: own }))
  }
}
