import { ApiClient } from '../api-client.ts'
import type { ApiRequest, Cluster, ContainerPlace, ExecOptions, Executed } from '../cluster.ts'
import type { Pod } from '../objects.ts'
import { resourcePath } from '../paths.ts'
import { execInPod } from './exec-in-pod.ts'
import { ServiceAccount, type ServiceAccountPlace } from './service-account.ts'

/** The cluster around this pod, with the rights of its service account. */
export class ServiceAccountCluster implements Cluster {
  readonly description = 'the cluster around this pod'
  readonly door: ServiceAccount
  readonly #client: ApiClient

  constructor(place: ServiceAccountPlace) {
    this.door = new ServiceAccount(place)
    this.#client = new ApiClient(this.door, this.description)
  }

  request<T>(request: ApiRequest): Promise<T> {
    return this.#client.request<T>(request)
  }

  async exec(
    place: ContainerPlace,
    command: readonly [string, ...string[]],
    options: ExecOptions = {},
  ): Promise<Executed> {
    // kubectl takes the first one by itself; the API server takes none where there are several.
    const container = place.container ?? (await this.#firstContainer(place))
    return execInPod(this.door, { container: { ...place, container }, command, options })
  }

  async #firstContainer({ namespace, pod }: ContainerPlace): Promise<string> {
    const { spec } = await this.request<Pod>({ path: resourcePath({ namespace, resource: 'pods', name: pod }) })
    return spec.containers[0]?.name ?? ''
  }

  async close(): Promise<void> {
    this.#client.close()
  }
}
