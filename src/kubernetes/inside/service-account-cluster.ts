import { ApiClient } from '../api-client.ts'
import type { ApiRequest, Cluster, ContainerPlace, ExecOptions, Executed } from '../cluster.ts'
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

  exec(
    container: ContainerPlace,
    command: readonly [string, ...string[]],
    options: ExecOptions = {},
  ): Promise<Executed> {
    return execInPod(this.door, { container, command, options })
  }

  async close(): Promise<void> {
    this.#client.close()
  }
}
