import type { Cluster } from '../../kubernetes/cluster.ts'
import { type ClusterPlace, openCluster } from '../../kubernetes/open-cluster.ts'

/** The clusters that a system is in: each is opened once, when it is needed. */
export class Clusters {
  readonly #env: NodeJS.ProcessEnv
  readonly #open = new Map<string, Cluster>()

  constructor(env: NodeJS.ProcessEnv) {
    this.#env = env
  }

  /** @throws FD_KUBERNETES_CLIENT when no context is named outside a cluster */
  of(place: ClusterPlace): Cluster {
    const key = place.context ?? ''
    const cluster = this.#open.get(key) ?? openCluster(place, this.#env)
    this.#open.set(key, cluster)
    return cluster
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open.values()].map((cluster) => cluster.close()))
    this.#open.clear()
  }
}

/** Those of this process and its environment, which end with it: for questions that no run closes. */
export function clustersOf(env: NodeJS.ProcessEnv): Clusters {
  const key = [env.KUBECONFIG, env.HOME, env.PATH, env.KUBERNETES_SERVICE_HOST].join('\0')
  const clusters = shared.get(key) ?? new Clusters(env)
  shared.set(key, clusters)
  return clusters
}

const shared = new Map<string, Clusters>()
