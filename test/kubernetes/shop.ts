import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { done, notYet, waitUntil } from '../../src/base/wait.ts'
import type { Journal } from '../../src/drills/journal/journal.ts'
import type { ListOf, Pod } from '../../src/kubernetes/objects.ts'
import { FiredrillFolder } from '../e2e/firedrill.ts'
import { IMAGE, type TestCluster, type TestNamespace } from './test-cluster.ts'
import { undoAccount } from './undo-account.ts'

const MATERIAL = fileURLToPath(new URL('./shop/', import.meta.url))

/** How long a shop takes from its start to its first answer, unless a test says otherwise: alerts by clocks of seconds see it in any case. */
const WARM_UP_MS = 8_000

/** A system in pods that is not ours: a Deployment of two shops, with its own Prometheus and Alertmanager, in a namespace of its own. */
export class Shop {
  readonly namespace: TestNamespace
  /** A copy of test/kubernetes/shop, where firedrill.yaml names the namespace. */
  readonly folder: string
  readonly state: FiredrillFolder

  private constructor(namespace: TestNamespace, folder: string, state: FiredrillFolder) {
    this.namespace = namespace
    this.folder = folder
    this.state = state
  }

  static async start(
    cluster: TestCluster,
    { prefix = 'shop', warmUpMs = WARM_UP_MS }: { prefix?: string; warmUpMs?: number } = {},
  ): Promise<Shop> {
    const folder = await mkdtemp(join(tmpdir(), 'fd-shop-'))
    await cp(MATERIAL, folder, { recursive: true })
    const shop = new Shop(await cluster.namespace(prefix), folder, await FiredrillFolder.create())
    try {
      const described = await readFile(shop.file('firedrill.yaml'), 'utf8')
      await writeFile(shop.file('firedrill.yaml'), described.replaceAll('NAMESPACE', shop.namespace.name))
      await shop.namespace.apply(
        ...(await objectsOfShop(warmUpMs)),
        ...(await objectsOfMonitoring()),
        ...undoAccount(shop.namespace.name),
      )
      await shop.namespace.untilRolledOut('deployment/shop', 'deployment/alertmanager', 'deployment/prometheus')
      await shop.untilScraped()
      return shop
    } catch (error) {
      await shop.remove()
      throw error
    }
  }

  file(name: string): string {
    return join(this.folder, name)
  }

  /** Asks its Prometheus by way of the API server; each sample as its value. */
  async query(expression: string): Promise<number[]> {
    const text = await this.namespace.through('prometheus:web', `/api/v1/query?query=${encodeURIComponent(expression)}`)
    const { data } = JSON.parse(text) as { data: { result: { value: [number, string] }[] } }
    return data.result.map(({ value }) => Number(value[1]))
  }

  /**
   * Two pods answer, no other one is there or a target any more, and no alert is left. One that ends, which can take half a minute, stays an
   * address of its Service, and may become a target yet.
   */
  async untilScraped(): Promise<void> {
    await waitUntil(
      async () => {
        const { items } = await this.namespace.read<ListOf<Pod>>(['pods', '-l', 'app=shop'])
        const [up, alerts] = [await this.query('up{job="shop"}'), await this.query('count(ALERTS)')]
        const isUp = items.length === 2 && up.length === 2 && up.every((value) => value === 1)
        return isUp && alerts.length === 0
          ? done(undefined)
          : notYet(`${items.length} pods, up ${up}, alerts ${alerts}`)
      },
      { what: 'two pods of the shop to be scraped, without an alert', timeoutMs: 120_000, intervalMs: 1_000 },
    )
  }

  /** Runs a command of Firedrill, whatever its exit code. */
  run(args: readonly string[]) {
    return this.state.run(args, { env: this.namespace.cluster.env, extendEnv: true })
  }

  /** Begins one of its drills. The cluster is on this machine as well, so that it can be busy: bounds then widen. */
  begin(name: string, more: readonly string[] = []) {
    const system = ['--system', this.file('firedrill.yaml')]
    return this.run(['run', this.file(`drills/${name}.yaml`), ...system, '--busy', ...more])
  }

  /** Runs one of its drills to its journal. */
  async drill(name: string, more: readonly string[] = []): Promise<Journal> {
    const { stdout, stderr } = await this.begin(name, ['--json', ...more])
    if (!stdout.includes('"verdict"')) throw new Error(`${name} was not run: ${stderr}${stdout}`)
    return JSON.parse(stdout) as Journal
  }

  async remove(): Promise<void> {
    await this.namespace.remove()
    await this.state.remove()
    await rm(this.folder, { recursive: true, force: true })
  }
}

const read = (name: string) => readFile(join(MATERIAL, name), 'utf8')

/** Two pods and their Service. */
async function objectsOfShop(warmUpMs: number): Promise<object[]> {
  return [
    configMap('shop', { 'app.js': await read('app.js'), 'package.json': '{ "type": "module" }' }),
    deployment('shop', {
      replicas: 2,
      container: {
        image: IMAGE.node,
        command: ['node', '/config/app.js'],
        env: [{ name: 'WARM_UP_MS', value: String(warmUpMs) }],
        ports: [{ name: 'metrics', containerPort: 3900 }],
        readinessProbe: { httpGet: { path: '/health', port: 'metrics' }, periodSeconds: 1 },
        resources: { limits: { cpu: '500m', memory: '256Mi' }, requests: { cpu: '50m', memory: '64Mi' } },
      },
    }),
    service('shop', { ports: [{ name: 'web', port: 80, targetPort: 'metrics' }] }),
    // By its name Prometheus finds every pod, also one that is not ready.
    service('shop-pods', { clusterIP: 'None', publishNotReadyAddresses: true, selector: { app: 'shop' } }),
  ]
}

async function objectsOfMonitoring(): Promise<object[]> {
  return [
    configMap('prometheus', { 'prometheus.yml': await read('prometheus.yml'), 'rules.yml': await read('rules.yml') }),
    monitor('prometheus', 9090, ['--storage.tsdb.path=/tmp/data', '--rules.alert.resend-delay=1s']),
    service('prometheus', { ports: [{ name: 'web', port: 9090 }] }),
    configMap('alertmanager', { 'alertmanager.yml': await read('alertmanager.yml') }),
    monitor('alertmanager', 9093, ['--storage.path=/tmp/data', '--cluster.listen-address=']),
    service('alertmanager', { ports: [{ name: 'web', port: 9093 }] }),
  ]
}

function monitor(name: 'prometheus' | 'alertmanager', port: number, args: readonly string[]): object {
  return deployment(name, {
    replicas: 1,
    container: {
      image: IMAGE[name],
      args: [`--config.file=/config/${name}.yml`, ...args],
      ports: [{ name: 'web', containerPort: port }],
      readinessProbe: { httpGet: { path: '/-/ready', port: 'web' }, periodSeconds: 1 },
    },
  })
}

interface Pods {
  replicas: number
  container: object
}

/** A Deployment whose container, named as it is, sees the ConfigMap of the same name at /config. */
function deployment(name: string, { replicas, container }: Pods): object {
  const labels = { app: name }
  const mounted = { name, ...container, volumeMounts: [{ name: 'config', mountPath: '/config' }] }
  const volumes = [{ name: 'config', configMap: { name } }]
  const spec = { terminationGracePeriodSeconds: 2, containers: [mounted], volumes }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, labels },
    spec: { replicas, selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
  }
}

/** Before the pods of the app of its name, unless it says otherwise. */
function service(name: string, more: object): object {
  const spec = { selector: { app: name }, ...more }
  return { apiVersion: 'v1', kind: 'Service', metadata: { name, labels: { app: name } }, spec }
}

function configMap(name: string, data: Readonly<Record<string, string>>): object {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data }
}
