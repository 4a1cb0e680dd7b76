import { ApiClient } from '../api-client.ts'
import {
  type ApiRequest,
  type Cluster,
  type ContainerPlace,
  type ExecOptions,
  type Executed,
  kubernetesErrors,
} from '../cluster.ts'
import { kubectlExec } from './kubectl-exec.ts'
import { KubectlProxy } from './kubectl-proxy.ts'

/** A cluster as kubectl reaches it: by a context of its configuration. */
export class KubectlCluster implements Cluster {
  readonly description: string
  readonly door: KubectlProxy
  readonly #context: string
  readonly #env: NodeJS.ProcessEnv
  readonly #client: ApiClient

  /** `env`: where kubectl finds its configuration, and what its sign-in plugins need. @throws FD_KUBERNETES_CLIENT for what names no context */
  constructor(context: string, env: NodeJS.ProcessEnv) {
    if (!/^[^\p{Cc}]{1,500}$/u.test(context)) {
      throw kubernetesErrors.error('FD_KUBERNETES_CLIENT', {
        message: 'that is no name of a context',
        expected: 'a name of `kubectl config get-contexts`',
        given: JSON.stringify(context),
      })
    }
    this.#context = context
    this.#env = env
    this.description = `context ${context}`
    this.door = new KubectlProxy(context, env)
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
    return kubectlExec({ context: this.#context, env: this.#env }, { container, command, options })
  }

  async close(): Promise<void> {
    this.#client.close()
    await this.door.close()
  }
}
