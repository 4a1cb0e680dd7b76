import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse, parseAllDocuments, stringify } from 'yaml'
import { describeKubernetesStack } from '../../src/api/control/kubernetes-stack.ts'
import { writeUserFile } from '../../src/base/files/user-output.ts'
import type { Pod } from '../../src/kubernetes/objects.ts'
import { policyApiOf } from '../../src/runtimes/kubernetes/manifests/cluster-version.ts'
import { renderKubernetes } from '../../src/runtimes/kubernetes/manifests/render.ts'
import { shippedObjectives } from '../../src/slo/document/load-objectives.ts'
import { profiles } from '../../src/stack/profile.ts'
import { defaultSettings } from '../../src/stack/settings.ts'
import { IMAGE, type TestCluster, type TestNamespace } from './test-cluster.ts'

/** What runs each part here, where no image can be fetched: programs of the components' image, by part. */
const COMMANDS: Readonly<Record<string, string[]>> = {
  redis: [],
  postgres: ['postgres-entrypoint'],
  'node-exporter': ['node-exporter'],
  'blackbox-exporter': ['blackbox-exporter'],
  'postgres-exporter': ['postgres-exporter'],
  'redis-exporter': ['redis-exporter'],
}

interface Container {
  name: string
  image: string
  command?: string[]
}

interface Manifest {
  kind: string
  metadata: { name: string; labels?: Record<string, string> }
  data?: Record<string, string>
  spec?: {
    template?: { spec: { containers: Container[]; volumes?: object[] } }
    volumeClaimTemplates?: { metadata: { name: string } }[]
  }
}

/**
 * The folder that `firedrill render kubernetes --profile production` writes for this cluster and namespace. The clocks of the lab would see
 * a busy machine as replicas that hang.
 */
export async function renderedStack(namespace: string): Promise<RenderedStack> {
  const settings = { ...defaultSettings, objectives: await shippedObjectives() }
  const files = renderKubernetes(await describeKubernetesStack(profiles.production, settings), {
    namespace,
    policyApi: policyApiOf('1.20'),
    settings,
  })
  const folder = await mkdtemp(join(tmpdir(), 'fd-manifests-'))
  for (const [name, text] of files) await writeUserFile(join(folder, name), text)
  return {
    folder,
    objects: async (cluster) => {
      const text = await cluster.kubectl(['kustomize', folder])
      return parseAllDocuments(text).map((document) => document.toJS() as Manifest)
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

interface RenderedStack {
  folder: string
  /** As kubectl builds them. */
  objects(cluster: TestCluster): Promise<Manifest[]>
  remove(): Promise<void>
}

/** The stack of deploy/kubernetes in a namespace of its own, without Grafana: its programs from this machine, its volumes in memory. */
export class StackInPods {
  readonly namespace: TestNamespace

  private constructor(namespace: TestNamespace) {
    this.namespace = namespace
  }

  static async start(cluster: TestCluster): Promise<StackInPods> {
    const [own, components] = [await cluster.addFiredrill(), await cluster.addComponents()]
    const namespace = await cluster.namespace('stack')
    const rendered = await renderedStack(namespace.name)
    try {
      const here = (await rendered.objects(cluster))
        .filter(({ kind, metadata }) => kind !== 'Namespace' && !/^grafana/.test(metadata.name))
        .map((manifest) => forTestCluster(manifest, { own, components }))
      await namespace.apply(...here, ...(await discovery()))
      const stack = new StackInPods(namespace)
      const workloads = here
        .filter(({ kind }) => ['Deployment', 'StatefulSet', 'DaemonSet'].includes(kind))
        .map(({ kind, metadata }) => `${kind.toLowerCase()}/${metadata.name}`)
      await namespace.kubectl(['wait', '--for=condition=complete', 'job/setup', '--timeout=120s'])
      await namespace.untilRolledOut(...workloads)
      return stack
    } finally {
      await rendered.remove()
    }
  }

  pods(part: string): Promise<Pod[]> {
    return this.namespace.pods(`app.kubernetes.io/name=${part}`)
  }

  /** A request from the responder's pod, with Prometheus' password where it asks for one; or from a pod of another part, without. */
  async ask<T>(url: string, { from = 'responder-0' }: { from?: string } = {}): Promise<T> {
    return JSON.parse(await this.namespace.kubectl(['exec', from, '--', 'node', '-e', ASK, url])) as T
  }

  /** The samples of an expression. */
  async query(expression: string): Promise<{ metric: Record<string, string>; value: number }[]> {
    const path = `/api/v1/query?query=${encodeURIComponent(expression)}`
    const { data } = await this.ask<{
      data: { result: { metric: Record<string, string>; value: [number, string] }[] }
    }>(`http://prometheus:9090${path}`)
    return data.result.map(({ metric, value }) => ({ metric, value: Number(value[1]) }))
  }

  /** Sends a signal to the program of a pod, from its node: the kernel lets nobody inside signal the first process. */
  async signal(pod: string, name: 'KILL' | 'STOP'): Promise<void> {
    const { spec, status } = await this.namespace.read<Pod>([`pod/${pod}`])
    const id = status.containerStatuses?.[0]?.containerID?.replace('containerd://', '') ?? ''
    const tasks = ['ctr', '-a', '/run/containerd/containerd.sock', '-n', 'k8s.io', 'tasks']
    await this.namespace.cluster.runOn(spec.nodeName ?? '', [...tasks, 'kill', '-s', `SIG${name}`, id])
  }

  remove(): Promise<void> {
    return this.namespace.remove()
  }
}

const ASK = `
const { existsSync, readFileSync } = require('node:fs')
const file = '/run/firedrill-secrets/responder/prometheus'
const basic = (password) => 'Basic ' + Buffer.from('firedrill:' + password).toString('base64')
const headers = existsSync(file) ? { authorization: basic(readFileSync(file, 'utf8').trim()) } : {}
fetch(process.argv[1], { headers, signal: AbortSignal.timeout(10_000) })
  .then(async (answer) => {
    if (!answer.ok) throw new Error('answered ' + answer.status)
    console.log(await answer.text())
  })
`

function forTestCluster(manifest: Manifest, images: { own: string; components: string }): Manifest {
  const { spec, data } = manifest
  const config = data?.['prometheus.yml']
  if (config !== undefined) return { ...manifest, data: { ...data, 'prometheus.yml': overHttp(config) } }
  const pod = spec?.template?.spec
  if (spec === undefined || pod === undefined) return manifest
  const { volumeClaimTemplates = [], ...rest } = spec
  const containers = pod.containers.map((container) => ({ ...container, ...imageOf(container, images) }))
  const volumes = [
    ...(pod.volumes ?? []),
    ...volumeClaimTemplates.map(({ metadata: { name } }) => ({ name, emptyDir: {} })),
  ]
  return { ...manifest, spec: { ...rest, template: { ...spec.template, spec: { ...pod, containers, volumes } } } }
}

export function imageOf({ name, image }: Container, { own, components }: { own: string; components: string }) {
  if (/^firedrill(:|$)/.test(image)) return { image: own }
  if (name === 'prometheus' || name === 'alertmanager') return { image: IMAGE[name] }
  const command = COMMANDS[name]
  if (command === undefined) throw new Error(`no program here for ${name}`)
  return { image: components, ...(command.length > 0 && { command }) }
}

interface Discovered {
  scrape_configs: { kubernetes_sd_configs?: { selectors: { label: string }[] }[] }[]
}

/** Debian's Prometheus is built without the discovery of Kubernetes: test/kubernetes/endpoints.js finds the same for it. */
export function overHttp(config: string): string {
  const parsed = parse(config) as Discovered
  const scrape_configs = parsed.scrape_configs.map(({ kubernetes_sd_configs: found = [], ...job }) => {
    const label = found[0]?.selectors[0]?.label ?? ''
    const url = `http://endpoints:8080/?label=${encodeURIComponent(label)}`
    return { ...job, http_sd_configs: [{ url, refresh_interval: '2s' }] }
  })
  return stringify({ ...parsed, scrape_configs })
}

/** The server of those endpoints, with the rights of Prometheus. */
export async function discovery(): Promise<object[]> {
  const labels = { app: 'endpoints' }
  const metadata = { name: 'endpoints' }
  const program = await readFile(new URL('./endpoints.js', import.meta.url), 'utf8')
  const ca = '/var/run/secrets/kubernetes.io/serviceaccount/ca.crt'
  const container = {
    name: 'endpoints',
    image: IMAGE.node,
    command: ['node', '/program/endpoints.mjs'],
    env: [{ name: 'NODE_EXTRA_CA_CERTS', value: ca }],
    readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 },
    volumeMounts: [{ name: 'program', mountPath: '/program' }],
  }
  const spec = {
    serviceAccountName: 'prometheus',
    automountServiceAccountToken: true,
    containers: [container],
    volumes: [{ name: 'program', configMap: metadata }],
  }
  return [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'endpoints.mjs': program } },
    { apiVersion: 'v1', kind: 'Service', metadata, spec: { selector: labels, ports: [{ port: 8080 }] } },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
    },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata,
      spec: {
        podSelector: { matchLabels: { 'app.kubernetes.io/name': 'prometheus' } },
        policyTypes: ['Egress'],
        egress: [{ to: [{ podSelector: { matchLabels: labels } }], ports: [{ port: 8080 }] }],
      },
    },
  ]
}
