import type { ClusterPlace } from '../../../kubernetes/open-cluster.ts'
import type { ForeignSystem, ServiceLink } from '../../file/foreign-system.ts'
import { DEFAULT_PROGRAMS } from '../../file/kubernetes/pod-programs.ts'
import type { AccessPlaces } from './permission.ts'

/** Where a system is in clusters: one entry for each namespace of its workloads and links. Pure. */
export function accessPlacesOf({ services, serviceLinks, prometheus, alertmanager }: PlacedSystem): ClusterPlaces[] {
  const found = new Map<string, Found>()
  const entryOf = ({ cluster, namespace, programs = DEFAULT_PROGRAMS }: Place): Found['places'] => {
    const key = JSON.stringify([cluster.context, namespace])
    const places = { namespace, workloads: [], links: [], proxied: [], monitoring: [] }
    const entry = found.get(key) ?? { cluster, undoAccount: programs.serviceAccount, places }
    found.set(key, entry)
    return entry.places
  }
  for (const { run } of services) {
    if (run.kind !== 'kubernetes') continue
    const { namespace, ...own } = run.workload
    entryOf({ ...run, namespace }).workloads.push(own)
  }
  for (const link of serviceLinks) entryOf(link).links.push(link.service)
  const monitoring = [prometheus, alertmanager].flatMap(({ url, through }) => placedUrl(url, through))
  const doors = services.flatMap(({ run }) => (run.kind === 'kubernetes' ? placedUrl(run.proxied, run.cluster) : []))
  return [...found.values()].map(({ cluster, undoAccount, places }) => {
    const here = ({ context }: { context: string | undefined }) => context === cluster.context
    const proxied = [...monitoring, ...doors].filter(here).map(({ namespace, name }) => ({ namespace, name }))
    return {
      cluster,
      undoAccount,
      places: {
        ...places,
        proxied,
        monitoring: [...new Set(monitoring.filter(here).map(({ namespace }) => namespace))],
      },
    }
  })
}

/** An entry while it is being filled. */
type Found = ClusterPlaces & { places: { workloads: AccessPlaces['workloads'][number][]; links: string[] } }
type Place = Pick<ServiceLink, 'cluster' | 'namespace' | 'programs'>
type PlacedSystem = Pick<ForeignSystem, 'services' | 'serviceLinks' | 'prometheus' | 'alertmanager'>

export interface ClusterPlaces {
  cluster: ClusterPlace
  places: AccessPlaces
  /** The service account of the Job that undoes changes. */
  undoAccount: string
}

/** What a URL through the API server is about: RBAC compares the whole name of its path. */
function placedUrl(
  url: string | undefined,
  through: ClusterPlace | undefined,
): { context: string | undefined; namespace: string; name: string }[] {
  if (url === undefined || through === undefined) return []
  const [, namespace, name] =
    /\/api\/v1\/namespaces\/([^/]+)\/services\/([^/]+)\/proxy\//.exec(new URL(url).pathname) ?? []
  return namespace === undefined || name === undefined
    ? []
    : [{ context: through.context, namespace, name: decodeURIComponent(name) }]
}
