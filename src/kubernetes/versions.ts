import { type Cluster, isNotFound } from './cluster.ts'

/** Which versions of its API a cluster serves: asked, never assumed. */

/** A resource as a cluster serves it. */
export interface ServedResource {
  /** Base of its paths: "/apis/policy/v1beta1". */
  api: string
  /** Of its objects: "policy/v1beta1". A subresource may take objects of another group: that of `pods/eviction` is here too. */
  apiVersion: string
  kind: string
  verbs: readonly string[]
}

/**
 * A resource of a group ("" is the core group), or a subresource ("pods/eviction"), in the first version that has it, in the order that
 * the cluster prefers; `undefined` where the cluster has no such resource. Asked once for each cluster and group.
 * @throws what a request throws
 */
export async function findResource(
  cluster: Pick<Cluster, 'request'>,
  group: string,
  resource: string,
): Promise<ServedResource | undefined> {
  for (const version of await versionsOf(cluster, group)) {
    const found = (await resourcesOf(cluster, version)).find(({ name }) => name === resource)
    if (found === undefined) continue
    const { group: ownGroup, version: ownVersion, kind, verbs } = found
    const own = ownVersion === undefined ? version.apiVersion : joined(ownGroup ?? '', ownVersion)
    return { api: version.api, apiVersion: own, kind, verbs }
  }
  return undefined
}

interface Version {
  api: string
  apiVersion: string
}

interface ListedResource {
  name: string
  kind: string
  verbs: readonly string[]
  group?: string
  version?: string
}

/** Answers by cluster and path. One that failed is asked again. */
const answers = new WeakMap<object, Map<string, Promise<unknown>>>()

async function versionsOf(cluster: Pick<Cluster, 'request'>, group: string): Promise<Version[]> {
  if (group === '') return [{ api: '/api/v1', apiVersion: 'v1' }]
  const { groups } = await once<{ groups: readonly ApiGroup[] }>(cluster, '/apis')
  const { versions = [], preferredVersion } = groups.find(({ name }) => name === group) ?? {}
  const all = [...(preferredVersion === undefined ? [] : [preferredVersion]), ...versions]
  const apiVersions = [...new Set(all.map(({ groupVersion }) => groupVersion))]
  return apiVersions.map((apiVersion) => ({ api: `/apis/${apiVersion}`, apiVersion }))
}

interface ApiGroup {
  name: string
  versions: readonly { groupVersion: string }[]
  preferredVersion?: { groupVersion: string }
}

async function resourcesOf(cluster: Pick<Cluster, 'request'>, { api }: Version): Promise<readonly ListedResource[]> {
  try {
    return (await once<{ resources: readonly ListedResource[] }>(cluster, api)).resources
  } catch (error) {
    // A version that has ended since the groups were listed.
    if (isNotFound(error)) return []
    throw error
  }
}

function once<T>(cluster: Pick<Cluster, 'request'>, path: string): Promise<T> {
  const known = answers.get(cluster) ?? new Map<string, Promise<unknown>>()
  answers.set(cluster, known)
  const asked = known.get(path) ?? cluster.request<T>({ path })
  known.set(path, asked)
  asked.catch(() => known.delete(path))
  return asked as Promise<T>
}

function joined(group: string, version: string): string {
  return group === '' ? version : `${group}/${version}`
}
