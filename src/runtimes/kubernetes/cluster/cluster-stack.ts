import { done, notYet, waitUntil } from '../../../base/wait.ts'
import { type Cluster, isNotFound } from '../../../kubernetes/cluster.ts'
import { listAll } from '../../../kubernetes/lists.ts'
import type { KubernetesObject } from '../../../kubernetes/objects.ts'
import { openCluster } from '../../../kubernetes/open-cluster.ts'
import { resourcePath } from '../../../kubernetes/paths.ts'
import type { SecretName } from '../../../stack/part.ts'
import { ALL_SECRETS, LABELS, SETTINGS_SECRET } from '../manifests/manifest.ts'
import { writeSecret } from '../setup/ensure-secrets.ts'
import type { SecretData } from '../setup/part-secrets.ts'
import { checkRights } from './check-rights.ts'
import { readVersions, type ServedVersions } from './cluster-versions.ts'
import { type KubectlOptions, runKubectl } from './kubectl.ts'
import { type ClusterPart, partStates } from './part-states.ts'
import { readStackObjects } from './read-stack-objects.ts'
import { findOwnNamespace, isMadeBy, namespacePath, readNamespace, type StackPlace } from './stack-namespace.ts'

/** A stack in a cluster, from outside: what is there, and what is done to it. kubectl is asked for what changes much at once. */
export class ClusterStack {
  readonly place: StackPlace
  readonly #cluster: Cluster
  readonly #env: NodeJS.ProcessEnv

  /** @throws FD_KUBERNETES_CLIENT for what names no context */
  constructor(place: StackPlace, { env = process.env, cluster }: { env?: NodeJS.ProcessEnv; cluster?: Cluster } = {}) {
    this.place = place
    this.#env = env
    this.#cluster = cluster ?? openCluster({ context: place.context }, env)
  }

  /**
   * Looks whether the stack can be brought up there, before anything is done.
   * @throws FD_KUBERNETES_CLIENT, FD_CLUSTER_OLD, FD_CLUSTER_NAMESPACE, FD_CLUSTER_RIGHTS
   */
  async check(signal?: AbortSignal): Promise<ServedVersions & { isThere: boolean }> {
    const versions = await readVersions(this.#cluster, signal)
    const isThere = await findOwnNamespace(this.#cluster, this.place, signal)
    await checkRights(this.#cluster, this.place.namespace, signal)
    return { ...versions, isThere }
  }

  /** Makes the namespace and keeps settings in it, for the job setup and the responder to read. @throws FD_CLUSTER_KUBECTL */
  async keepSettings(namespaceFile: string, settings: SecretData, signal?: AbortSignal): Promise<void> {
    await this.#kubectl(['apply', '-f', namespaceFile], { signal })
    await writeSecret(this.#cluster, { namespace: this.place.namespace, name: SETTINGS_SECRET }, settings)
  }

  /** Applies the kustomization in a folder. @throws FD_CLUSTER_KUBECTL */
  async apply(folder: string, options: Omit<KubectlOptions, 'env'>): Promise<void> {
    // A job cannot be changed, and this one has done its work; what it has made stays.
    await this.#removeSetup(options.signal)
    await this.#kubectl(['apply', '-k', folder], options)
  }

  /** `undefined` where the namespace is gone. @throws FD_CLUSTER_NAMESPACE where it is not ours */
  async parts(signal?: AbortSignal): Promise<ClusterPart[] | undefined> {
    const { namespace } = this.place
    if (!(await findOwnNamespace(this.#cluster, this.place, signal))) return undefined
    return partStates(await readStackObjects(this.#cluster, namespace, signal))
  }

  /** The secrets of the stack. @throws FD_KUBERNETES_NOT_FOUND before the job setup has made them */
  async secrets(): Promise<Partial<Record<SecretName, string>>> {
    const path = resourcePath({ namespace: this.place.namespace, resource: 'secrets', name: ALL_SECRETS })
    const { data = {} } = await this.#cluster.request<KubernetesObject & { data?: Record<string, string> }>({ path })
    return Object.fromEntries(
      Object.entries(data).map(([name, text]) => [name, Buffer.from(text, 'base64').toString()]),
    )
  }

  /** Removes all of the stack but volumes, secrets and the namespace. @throws FD_CLUSTER_NAMESPACE, FD_CLUSTER_KUBECTL */
  async stop(options: Omit<KubectlOptions, 'env'>): Promise<'stopped' | 'not there'> {
    if (!(await findOwnNamespace(this.#cluster, this.place, options.signal))) return 'not there'
    const { namespace } = this.place
    const selected = [`--namespace=${namespace}`, '-l', LABELS.stack, '--ignore-not-found', '--wait=false']
    await this.#kubectl(['delete', REMOVED.join(','), ...selected], options)
    await waitUntil(
      async () => {
        const pods = await listAll<KubernetesObject>(this.#cluster, {
          path: resourcePath({ namespace, resource: 'pods' }),
          query: { labelSelector: LABELS.stack },
        })
        return pods.length === 0 ? done(undefined) : notYet(pods.map(({ metadata }) => metadata.name).join(', '))
      },
      { what: 'the pods of the stack to end', timeoutMs: GONE_WITHIN_MS, intervalMs: LOOK_MS, signal: options.signal },
    )
    return 'stopped'
  }

  /** Removes the namespace with all that is in it, if this stack has made it. @throws FD_CLUSTER_NAMESPACE */
  async remove(signal?: AbortSignal): Promise<'removed' | 'not there'> {
    if (!(await this.#findEvenIfEnding(signal))) return 'not there'
    const path = namespacePath(this.place.namespace)
    await this.#cluster.request({ method: 'DELETE', path }).catch((error: unknown) => {
      if (!isNotFound(error)) throw error
    })
    await waitUntil(
      async () =>
        (await readNamespace(this.#cluster, this.place)) === undefined
          ? done(undefined)
          : notYet('it is being removed'),
      {
        what: `the namespace ${this.place.namespace} to be gone`,
        timeoutMs: GONE_WITHIN_MS,
        intervalMs: LOOK_MS,
        signal,
      },
    )
    return 'removed'
  }

  close(): Promise<void> {
    return this.#cluster.close()
  }

  #kubectl(args: readonly string[], options: Omit<KubectlOptions, 'env'>): Promise<void> {
    return runKubectl(this.place.context, args, { ...options, env: this.#env })
  }

  /** A removal that was interrupted is waited for by the next one. */
  async #findEvenIfEnding(signal: AbortSignal | undefined): Promise<boolean> {
    const found = await readNamespace(this.#cluster, this.place, signal)
    if (found?.metadata.deletionTimestamp !== undefined && isMadeBy(found, this.place)) return true
    return findOwnNamespace(this.#cluster, this.place, signal)
  }

  async #removeSetup(signal: AbortSignal | undefined): Promise<void> {
    const { namespace } = this.place
    const path = resourcePath({ api: '/apis/batch/v1', namespace, resource: 'jobs', name: 'setup' })
    const gone = (error: unknown) => {
      if (isNotFound(error)) return undefined
      throw error
    }
    const body = { propagationPolicy: 'Background' }
    if ((await this.#cluster.request({ method: 'DELETE', path, body }).catch(gone)) === undefined) return
    await waitUntil(
      async () =>
        (await this.#cluster.request({ path }).catch(gone)) === undefined ? done(undefined) : notYet('there'),
      { what: 'the job setup of before to be gone', timeoutMs: GONE_WITHIN_MS, intervalMs: LOOK_MS, signal },
    )
  }
}

/** All kinds of objects that the manifests have, but the namespace, and but the claims of volumes and the secrets, which they make. */
const REMOVED = [
  'deployments',
  'statefulsets',
  'daemonsets',
  'jobs',
  'services',
  'configmaps',
  'networkpolicies',
  'poddisruptionbudgets',
  'rolebindings',
  'roles',
  'serviceaccounts',
]

/** Pods end within seconds, volumes of clouds within a minute. Milliseconds. */
const GONE_WITHIN_MS = 180_000
const LOOK_MS = 500
