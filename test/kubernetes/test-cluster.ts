import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { done, notYet, waitUntil } from '../../src/base/wait.ts'
import type { ListOf, Pod } from '../../src/kubernetes/objects.ts'
import { resolveComponents } from '../../src/runtimes/native/components/resolve.ts'

/** The context of every kubeconfig of a test cluster. */
export const CONTEXT = 'firedrill-test'

/** Images that every node has. */
export const IMAGE = {
  busybox: 'firedrill.test/busybox:1',
  node: 'firedrill.test/node:1',
  prometheus: 'firedrill.test/prometheus:1',
  alertmanager: 'firedrill.test/alertmanager:1',
} as const

const SOON = { timeoutMs: 120_000, intervalMs: 200 }

/** The cluster that `npm run test:kubernetes` has brought up. */
export function testCluster(): TestCluster {
  const folder = process.env.FIREDRILL_TEST_CLUSTER
  if (folder === undefined) throw new Error('these tests need a cluster: npm run test:kubernetes')
  return new TestCluster(folder)
}

/** A cluster of a test's own, which ends with the test's process if not before. It must have been built. */
export async function startCluster({ nodes }: { nodes: number }): Promise<TestCluster> {
  const folder = await mkdtemp(join(tmpdir(), 'fd-cluster-'))
  try {
    await script('up.sh', [folder, '--nodes', String(nodes), '--owner', String(process.pid)])
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
  return new TestCluster(folder)
}

export class TestCluster {
  readonly folder: string
  readonly kubeconfig: string

  constructor(folder: string) {
    this.folder = folder
    this.kubeconfig = join(folder, 'kubeconfig')
  }

  /** What a program needs to find the cluster, and the kubectl of its version. */
  get env(): { KUBECONFIG: string; PATH: string } {
    return { KUBECONFIG: this.kubeconfig, PATH: `${join(this.folder, 'bin')}${delimiter}${process.env.PATH}` }
  }

  /** Resolves with what kubectl prints. @throws when it fails, with what it printed */
  async kubectl(args: readonly string[], input?: string | object): Promise<string> {
    const text = typeof input === 'object' ? JSON.stringify(input) : input
    const { stdout } = await execa('kubectl', args, {
      env: this.env,
      timeout: 120_000,
      ...(text === undefined ? { stdin: 'ignore' } : { input: text }),
    })
    return stdout
  }

  async read<T>(args: readonly string[]): Promise<T> {
    return JSON.parse(await this.kubectl(['get', '-o', 'json', ...args])) as T
  }

  /** A namespace that nobody else uses. */
  async namespace(prefix: string): Promise<TestNamespace> {
    const name = `${prefix}-${randomBytes(3).toString('hex')}`
    await this.kubectl(['create', 'namespace', name])
    const namespace = new TestNamespace(this, name)
    await waitUntil(
      // Without its token no pod can be made there.
      async () =>
        (await namespace.kubectl(['get', 'serviceaccount', 'default', '-o', 'jsonpath={.secrets}'])) === ''
          ? notYet('no token')
          : done(undefined),
      { what: `the account of ${name}`, ...SOON },
    )
    return namespace
  }

  /** Firedrill as it is built here, as an image that every node has from then on; resolves with its name. */
  async addFiredrill(): Promise<string> {
    await script('firedrill-image.sh', [this.folder])
    return 'firedrill.test/firedrill:1'
  }

  /** The data stores and exporters of the stack, as an image that every node has from then on; resolves with its name. */
  async addComponents(): Promise<string> {
    const names = ['redis', 'node-exporter', 'blackbox-exporter', 'postgres-exporter', 'redis-exporter'] as const
    const resolved = await resolveComponents(names, { fetch: true })
    const programs = names.map((name) => {
      const program = name === 'redis' ? 'redis-server' : name
      return `${program}=${resolved.get(name)?.programs[program]}`
    })
    const libraries = resolved.get('redis')?.env.LD_LIBRARY_PATH ?? ''
    await script('components-image.sh', [this.folder, ...programs], { LIBRARIES: libraries })
    return 'firedrill.test/components:1'
  }

  /** Crashes a node with all its pods, boots it, pulls its network cable or plugs it in. */
  async node(action: 'crash' | 'boot' | 'cut' | 'join', number: number): Promise<void> {
    await script('node.sh', [this.folder, action, String(number)])
  }

  /** Runs a program on a node, beside its pods. */
  async runOn(node: string, command: readonly string[]): Promise<void> {
    await script('node.sh', [this.folder, 'run', node.replace(/^\D+/, ''), ...command])
  }

  /**
   * Has the NetworkPolicies of all namespaces enforced, until it is ended or this process is; otherwise nothing enforces them. A network that
   * keeps connections denies new ones only, as Calico's does; otherwise those that there are end too.
   */
  async enforcePolicies({ keepsConnections = false } = {}): Promise<{ end(): Promise<void> }> {
    const program = fileURLToPath(new URL('./cluster/policies.js', import.meta.url))
    const args = [program, this.folder, ...(keepsConnections ? ['--keep-connections'] : [])]
    const running = execa('node', args, { stdin: 'pipe' })
    const end = async () => {
      running.stdin.end()
      await running
    }
    // It says each time that all nodes have their rules. Where it ends before, its error says why.
    await Promise.race([once(running.stdout, 'data'), running])
    return { end }
  }

  down(): Promise<void> {
    return script('down.sh', [this.folder])
  }
}

export class TestNamespace {
  readonly cluster: TestCluster
  readonly name: string

  constructor(cluster: TestCluster, name: string) {
    this.cluster = cluster
    this.name = name
  }

  kubectl(args: readonly string[], input?: string | object): Promise<string> {
    return this.cluster.kubectl(['-n', this.name, ...args], input)
  }

  /** Creates objects, or changes them. */
  async apply(...items: readonly object[]): Promise<void> {
    await this.kubectl(['apply', '-f', '-'], { apiVersion: 'v1', kind: 'List', items })
  }

  async read<T>(args: readonly string[]): Promise<T> {
    return this.cluster.read<T>(['-n', this.name, ...args])
  }

  /** Those that are not being deleted. */
  async pods(selector: string): Promise<Pod[]> {
    const { items } = await this.read<ListOf<Pod>>(['pods', '-l', selector])
    return items.filter(({ metadata }) => metadata.deletionTimestamp === undefined)
  }

  async untilRolledOut(...workloads: readonly string[]): Promise<void> {
    for (const workload of workloads) await this.kubectl(['rollout', 'status', workload, '--timeout=120s'])
  }

  /** A request to a Service by way of the API server. */
  through(service: string, path: string): Promise<string> {
    return this.kubectl(['get', '--raw', `/api/v1/namespaces/${this.name}/services/${service}/proxy${path}`])
  }

  /** Does not wait until it is gone. */
  async remove(): Promise<void> {
    await this.cluster.kubectl(['delete', 'namespace', this.name, '--wait=false', '--ignore-not-found'])
  }
}

async function script(name: string, args: readonly string[], env: Record<string, string> = {}): Promise<void> {
  const path = fileURLToPath(new URL(`./cluster/${name}`, import.meta.url))
  await execa('bash', [path, ...args], { env, stdin: 'ignore', timeout: 300_000 })
}
