import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { probeDoor } from '../../src/foreign/kubernetes/probe-door.ts'
import type { Cluster } from '../../src/kubernetes/cluster.ts'
import { httpStatusOf } from '../../src/kubernetes/cluster.ts'
import { ServiceAccountCluster } from '../../src/kubernetes/inside/service-account-cluster.ts'
import type { KubernetesObject, Pod } from '../../src/kubernetes/objects.ts'
import { openCluster } from '../../src/kubernetes/open-cluster.ts'
import { resourcePath } from '../../src/kubernetes/paths.ts'
import { proxyUrl } from '../../src/kubernetes/proxy-url.ts'
import { servedApis } from '../../src/kubernetes/test-served.ts'
import { findResource } from '../../src/kubernetes/versions.ts'
import { probeHttp } from '../../src/probes/http.ts'
import { CONTEXT, IMAGE, type TestNamespace, testCluster } from './test-cluster.ts'

const lab = testCluster()
const env = { ...process.env, ...lab.env }

/** What the two ways need, and no more. */
const rules = [
  { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] },
  { apiGroups: [''], resources: ['pods/log', 'services/proxy'], verbs: ['get'] },
  { apiGroups: [''], resources: ['pods/exec'], verbs: ['get', 'create'] },
  { apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'create', 'update', 'patch', 'delete'] },
]

const web = [
  {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', labels: { app: 'web' } },
    spec: {
      terminationGracePeriodSeconds: 0,
      containers: [
        {
          name: 'web',
          image: IMAGE.busybox,
          command: ['sh', '-c', 'echo fine >/www/health; echo one; echo two; exec httpd -f -p 8080 -h /www'],
          ports: [{ name: 'http', containerPort: 8080 }],
          readinessProbe: { httpGet: { path: '/health', port: 'http' }, periodSeconds: 1 },
          volumeMounts: [{ name: 'www', mountPath: '/www' }],
        },
        { name: 'other', image: IMAGE.busybox, command: ['sleep', '3600'] },
      ],
      volumes: [{ name: 'www', emptyDir: {} }],
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web' },
    spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
  },
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'firedrill' } },
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name: 'firedrill' }, rules },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: 'firedrill' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'firedrill' },
    subjects: [{ kind: 'ServiceAccount', name: 'firedrill' }],
  },
]

let namespace: TestNamespace
let folder: string
let outside: Cluster
let inside: Cluster
beforeAll(async () => {
  namespace = await lab.namespace('client')
  await namespace.apply(...web)
  await namespace.kubectl(['wait', 'pod/web', '--for=condition=Ready', '--timeout=120s'])
  folder = await mkdtemp(join(tmpdir(), 'fd-account-'))
  outside = openCluster({ context: CONTEXT }, env)
  inside = await openInside()
})
afterAll(async () => {
  await Promise.all([outside?.close(), inside?.close()])
  await rm(folder, { recursive: true, force: true })
  await namespace.remove()
})

/** As a pod of that service account would see the cluster. */
async function openInside(): Promise<Cluster> {
  const [data, place] = await Promise.all([secret(), serverPlace()])
  for (const name of ['token', 'ca.crt']) await writeFile(join(folder, name), Buffer.from(data[name] ?? '', 'base64'))
  return new ServiceAccountCluster({ ...place, folder })
}

describe.each([
  ['from outside, by kubectl', () => outside],
  ['from inside, by a service account', () => inside],
])('a cluster %s', (_, way) => {
  const path = (resource: string, name?: string, subresource?: string) =>
    resourcePath({
      namespace: namespace.name,
      resource,
      ...(name === undefined ? {} : { name }),
      ...(subresource === undefined ? {} : { subresource }),
    })

  it('shows its objects', async () => {
    const pod = await way().request<Pod>({ path: path('pods', 'web') })
    expect(pod.status.phase).toBe('Running')
    expect(pod.status.containerStatuses?.find(({ name }) => name === 'web')?.containerID).toMatch(/^containerd:\/\//)
  })

  it('takes objects and changes of them, and refuses an old one', async () => {
    const cluster = way()
    const name = `it-${Math.random().toString(36).slice(2)}`
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { a: '1' } }
    const first = await cluster.request<KubernetesObject>({ method: 'POST', path: path('configmaps'), body })
    await expect(cluster.request({ method: 'POST', path: path('configmaps'), body })).rejects.toMatchObject({
      code: 'FD_KUBERNETES_CONFLICT',
    })
    await cluster.request({ method: 'PATCH', path: path('configmaps', name), body: { data: { b: '2' } } })
    const patch = [
      { op: 'test', path: '/data/a', value: 'other' },
      { op: 'remove', path: '/data/a' },
    ]
    const refused = cluster.request({ method: 'PATCH', path: path('configmaps', name), patch: 'json', body: patch })
    expect(httpStatusOf(await refused.catch((error: unknown) => error))).toBe(422)
    const old = { ...body, metadata: { ...first.metadata }, data: { a: '3' } }
    await expect(cluster.request({ method: 'PUT', path: path('configmaps', name), body: old })).rejects.toMatchObject({
      code: 'FD_KUBERNETES_CONFLICT',
    })
    expect(await cluster.request({ path: path('configmaps', name) })).toMatchObject({ data: { a: '1', b: '2' } })
    await cluster.request({ method: 'DELETE', path: path('configmaps', name) })
    await expect(cluster.request({ path: path('configmaps', name) })).rejects.toMatchObject({
      code: 'FD_KUBERNETES_NOT_FOUND',
      message: `configmaps "${name}" not found`,
    })
  })

  it('runs a program in a container, with its arguments as they are', async () => {
    const container = { namespace: namespace.name, pod: 'web', container: 'other' }
    const script = 'echo "$1"; echo to-stderr >&2; exit 3'
    expect(await way().exec(container, ['sh', '-c', script, 'x', '$(id) --all "two words"'])).toEqual({
      code: 3,
      stdout: '$(id) --all "two words"\n',
      stderr: expect.stringContaining('to-stderr'),
    })
    expect(await way().exec(container, ['true'])).toEqual({ code: 0, stdout: '', stderr: '' })
  })

  it('keeps 64 KiB of what a program prints, and waits for its end', async () => {
    const container = { namespace: namespace.name, pod: 'web' }
    const printing = await way().exec(container, ['sh', '-c', 'head -c 300000 /dev/zero | tr "\\0" x; exit 7'])
    expect({ code: printing.code, length: printing.stdout.length }).toEqual({ code: 7, length: 65_536 })
  })

  it('says that there is no such program, pod or time', async () => {
    const container = { namespace: namespace.name, pod: 'web' }
    await expect(way().exec(container, ['no-such-program'])).rejects.toMatchObject({
      code: 'FD_KUBERNETES_ANSWER',
      message: expect.stringContaining('no-such-program'),
    })
    await expect(way().exec({ ...container, pod: 'wab' }, ['true'])).rejects.toMatchObject({
      code: 'FD_KUBERNETES_NOT_FOUND',
    })
    await expect(way().exec(container, ['sleep', '60'], { timeoutMs: 1_500 })).rejects.toMatchObject({
      code: 'FD_KUBERNETES_UNREACHABLE',
    })
  })

  it('shows what a container has printed', async () => {
    const query = { container: 'web', tailLines: '1' }
    expect(await way().request({ path: path('pods', 'web', 'log'), query, answer: 'text' })).toBe('two\n')
  })

  it('leads to what is behind a Service', async () => {
    const place = { namespace: namespace.name, resource: 'services', name: 'web', port: 'http' } as const
    const url = `${proxyUrl({ context: CONTEXT }, place)}health`
    const seen = await probeHttp(url, { timeoutMs: 10_000, wantsBody: true, door: probeDoor(way()) })
    expect(seen).toMatchObject({ status: 200, body: 'fine\n' })
  })

  it('says which versions of its API it has: those of 1.20', async () => {
    const { groups } = await way().request<{
      groups: { name: string; preferredVersion: { version: string }; versions: { version: string }[] }[]
    }>({ path: '/apis' })
    for (const [name, versions] of Object.entries(servedApis['1.20'].groups)) {
      const served = groups.find((group) => group.name === name)
      // What unit tests take for the answers of this version.
      expect(served?.preferredVersion.version, name).toBe(versions[0])
      expect(served?.versions.map(({ version }) => version).sort(), name).toEqual([...versions].sort())
    }
    const api = async (group: string, resource: string) => (await findResource(way(), group, resource))?.apiVersion
    expect(await api('policy', 'poddisruptionbudgets')).toBe('policy/v1beta1')
    expect(await api('batch', 'jobs')).toBe('batch/v1')
    expect(await api('batch', 'cronjobs')).toBe('batch/v1beta1')
    expect(await api('', 'pods/eviction')).toBe('policy/v1beta1')
    expect(await api('monitoring.example', 'prometheuses')).toBeUndefined()
  })
})

describe('a service account', () => {
  it('is refused what its role does not allow, with a reason', async () => {
    await expect(
      inside.request({ path: resourcePath({ namespace: namespace.name, resource: 'secrets' }) }),
    ).rejects.toMatchObject({
      code: 'FD_KUBERNETES_FORBIDDEN',
      message: expect.stringContaining('cannot list resource "secrets"'),
    })
  })

  it('that the cluster does not know is refused, and so is a server that another authority has signed', async () => {
    const forged = await mkdtemp(join(tmpdir(), 'fd-account-'))
    const [data, place] = await Promise.all([secret(), serverPlace()])
    await writeFile(join(forged, 'token'), 'not-a-token')
    await writeFile(join(forged, 'ca.crt'), Buffer.from(data['ca.crt'] ?? '', 'base64'))
    const unknown = new ServiceAccountCluster({ ...place, folder: forged })
    await expect(unknown.request({ path: '/api/v1/pods' })).rejects.toMatchObject({
      code: 'FD_KUBERNETES_FORBIDDEN',
      details: { given: '401 Unauthorized' },
    })
    await unknown.close()
    await writeFile(join(forged, 'ca.crt'), '')
    const untrusted = new ServiceAccountCluster({ ...place, folder: forged })
    await expect(untrusted.request({ path: '/version' })).rejects.toMatchObject({ code: 'FD_KUBERNETES_UNREACHABLE' })
    await untrusted.close()
    await rm(forged, { recursive: true })
  })
})

/** The token of the service account, as the cluster keeps it, with the certificate of its authority. */
async function secret(): Promise<Record<string, string>> {
  const { secrets } = await namespace.read<{ secrets: { name: string }[] }>(['serviceaccount', 'firedrill'])
  return (await namespace.read<{ data: Record<string, string> }>(['secret', secrets[0]?.name ?? ''])).data
}

async function serverPlace(): Promise<{ host: string; port: number }> {
  const args = ['config', 'view', '--minify', '-o', 'jsonpath={.clusters[0].cluster.server}']
  const { hostname, port } = new URL(await lab.kubectl(args))
  return { host: hostname, port: Number(port) }
}
