import { messageOf } from '../../../base/errors.ts'
import { type Cluster, isNotFound } from '../../../kubernetes/cluster.ts'
import { listAll } from '../../../kubernetes/lists.ts'
import type { KubernetesObject, Service } from '../../../kubernetes/objects.ts'
import { CORE, resourcePath } from '../../../kubernetes/paths.ts'
import { findResource } from '../../../kubernetes/versions.ts'
import type {
  AlertmanagerConfig,
  AlertmanagerResource,
  Monitor,
  OperatorView,
  PrometheusResource,
  PrometheusRule,
} from './operator-objects.ts'

/** Reads what prometheus-operator works on, in whichever versions the cluster serves; `undefined` where it has no such resources. */
export async function readOperator(
  cluster: Pick<Cluster, 'request'>,
  where: OperatorPlaces,
): Promise<OperatorView | undefined> {
  const reader = new OperatorReader(cluster, where)
  if (!(await reader.isServed())) return undefined
  const { namespaces, monitoring } = where
  const around = monitoring.length === 0 ? namespaces : [...new Set(monitoring)]
  const [prometheuses, agents, rulers, alertmanagers] = await Promise.all([
    reader.everywhere<PrometheusResource>('prometheuses', around),
    reader.everywhere<PrometheusResource>('prometheusagents', around),
    reader.everywhere<PrometheusResource>('thanosrulers', around),
    reader.everywhere<AlertmanagerResource>('alertmanagers', around),
  ])
  const [rules, serviceMonitors, podMonitors, alertmanagerConfigs, services] = await Promise.all([
    reader.within<PrometheusRule>('prometheusrules', namespaces),
    reader.within<Monitor>('servicemonitors', namespaces),
    reader.within<Monitor>('podmonitors', namespaces),
    reader.within<AlertmanagerConfig>('alertmanagerconfigs', namespaces),
    reader.within<Service>('services', namespaces, CORE),
  ])
  return {
    scrapers: [...prometheuses, ...agents],
    evaluators: [...prometheuses, ...rulers],
    ...{ alertmanagers, rules, serviceMonitors, podMonitors, alertmanagerConfigs, services },
    namespaces: await reader.labelsOf(namespaces),
    unread: [...reader.unread],
  }
}

export interface OperatorPlaces {
  /** Of the services. */
  namespaces: readonly string[]
  /** Of Prometheus and Alertmanager, as far as they are known. */
  monitoring: readonly string[]
  signal?: AbortSignal | undefined
}

const GROUP = 'monitoring.coreos.com'

/** Kinds by resource: objects of a list need not name theirs. */
const KINDS: Readonly<Record<string, string>> = {
  prometheuses: 'Prometheus',
  prometheusagents: 'PrometheusAgent',
  thanosrulers: 'ThanosRuler',
}

/** Reads lists; what it may not read it notes. */
class OperatorReader {
  readonly unread = new Set<string>()
  readonly #cluster: Pick<Cluster, 'request'>
  readonly #signal: AbortSignal | undefined

  constructor(cluster: Pick<Cluster, 'request'>, { signal }: OperatorPlaces) {
    this.#cluster = cluster
    this.#signal = signal
  }

  async isServed(): Promise<boolean> {
    return (await findResource(this.#cluster, GROUP, 'prometheuses')) !== undefined
  }

  /** Objects of all namespaces; where those may not be listed, of the namespaces that are known. */
  async everywhere<T extends KubernetesObject>(resource: string, namespaces: readonly string[]): Promise<T[]> {
    const served = await findResource(this.#cluster, GROUP, resource)
    if (served === undefined) return []
    try {
      return withKind(resource, await this.#list<T>({ api: served.api, resource }))
    } catch {
      this.#signal?.throwIfAborted()
      return this.within<T>(resource, namespaces)
    }
  }

  async within<T extends KubernetesObject>(
    resource: string,
    namespaces: readonly string[],
    api?: string,
  ): Promise<T[]> {
    const base = api ?? (await findResource(this.#cluster, GROUP, resource))?.api
    if (base === undefined) return []
    const lists = await Promise.all(
      namespaces.map(async (namespace) => {
        try {
          return await this.#list<T>({ api: base, namespace, resource })
        } catch (error) {
          this.#signal?.throwIfAborted()
          this.unread.add(`${resource} of ${namespace}: ${messageOf(error)}`)
          return []
        }
      }),
    )
    return withKind(resource, lists.flat())
  }

  async labelsOf(namespaces: readonly string[]): Promise<Map<string, Readonly<Record<string, string>>>> {
    const found = new Map<string, Readonly<Record<string, string>>>()
    for (const namespace of namespaces) {
      try {
        const path = resourcePath({ resource: 'namespaces', name: namespace })
        const { metadata } = await this.#cluster.request<KubernetesObject>({ path, ...this.#bounds() })
        found.set(namespace, metadata.labels ?? {})
      } catch (error) {
        this.#signal?.throwIfAborted()
        // What selects by them is not judged then.
        if (isNotFound(error)) this.unread.add(`there is no namespace ${namespace}`)
      }
    }
    return found
  }

  #list<T>(place: Parameters<typeof resourcePath>[0]): Promise<T[]> {
    return listAll<T>(this.#cluster, { path: resourcePath(place), ...this.#bounds() })
  }

  #bounds(): { signal?: AbortSignal } {
    return this.#signal === undefined ? {} : { signal: this.#signal }
  }
}

function withKind<T extends KubernetesObject>(resource: string, objects: readonly T[]): T[] {
  const kind = KINDS[resource]
  return objects.map((one) => (kind === undefined ? one : { kind, ...one }))
}
