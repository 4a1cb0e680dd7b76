import { type Cluster, kubernetesErrors } from './cluster.ts'
import { ServiceAccountCluster } from './inside/service-account-cluster.ts'
import { nextContext } from './outside/known-contexts.ts'
import { KubectlCluster } from './outside/kubectl-cluster.ts'

/**
 * The cluster of that place. Nothing is started and nobody is asked before the first request. Without a context it is the cluster
 * around this process: the present context of kubectl is never taken silently.
 * @throws FD_KUBERNETES_CLIENT when no context is named outside a cluster
 */
export function openCluster({ context }: ClusterPlace, env: NodeJS.ProcessEnv = process.env): Cluster {
  if (context !== undefined) return new KubectlCluster(context, env)
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port = '443' } = env
  if (host !== undefined && host !== '') return new ServiceAccountCluster({ host, port: Number(port) })
  throw kubernetesErrors.error('FD_KUBERNETES_CLIENT', {
    message: 'no context is named, and this process runs in no cluster',
    expected: 'the name of a context of kubectl',
    next: nextContext(env),
  })
}

/** Which cluster. */
export interface ClusterPlace {
  /** A context of kubectl's configuration (KUBECONFIG). Without it: the cluster around this process. */
  context?: string | undefined
}
