import { Agent, get } from 'node:http'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { done, notYet, waitUntil } from '../../src/base/wait.ts'
import type { KubernetesObject, Pod, Service } from '../../src/kubernetes/objects.ts'
import { IMAGE, type TestNamespace, testCluster } from './test-cluster.ts'

/** What enforces NetworkPolicies in the test cluster, when a test asks for it: whether it does what Kubernetes says that they mean. */

const SOON = { timeoutMs: 60_000, intervalMs: 200 }
const cluster = testCluster()

let namespace: TestNamespace
let enforcing: { end(): Promise<void> } | undefined
let webs: Pod[]
let clients: Pod[]
let service: Service

beforeAll(async () => {
  namespace = await cluster.namespace('policies')
  await namespace.apply(SERVICE, daemonSet('web'), daemonSet('client'))
  await namespace.untilRolledOut('daemonset/web', 'daemonset/client')
  webs = await namespace.pods('app=web')
  clients = await namespace.pods('app=client')
  service = await namespace.read<Service>(['service/web'])
})
afterAll(() => namespace?.remove())
afterEach(async () => {
  await namespace.kubectl(['delete', 'networkpolicies', '--all'])
  await enforcing?.end()
  enforcing = undefined
})

/** Who reaches whom: from each pod to each other one of the other kind, on the same node and on another. */
async function reach() {
  const ips = (pods: readonly Pod[], port: number) => pods.map(({ status }) => `${status.podIP}:${port}`)
  const [toWebs, others, byService, answered, toApi] = await Promise.all([
    tryFrom(clients, ips(webs, 8080)),
    tryFrom(clients, ips(webs, 8081)),
    tryFrom(clients, [`${service.spec.clusterIP}:80`]),
    tryFrom(webs, ips(clients, 8080)),
    tryFrom(clients, ['$KUBERNETES_SERVICE_HOST:$KUBERNETES_SERVICE_PORT']),
  ])
  return { web: toWebs, other: others, service: byService, client: answered, api: toApi }
}

/** 'all', 'none', or which ones are reached. */
async function tryFrom(pods: readonly Pod[], targets: readonly string[]): Promise<string> {
  const script = targets.map((target) => `nc -w 1 ${target.replace(':', ' ')} -e true && echo ${target} &`).join(' ')
  const reached = await Promise.all(
    pods.map(async ({ metadata }) => {
      const text = await namespace.kubectl(['exec', metadata.name, '--', 'sh', '-c', `${script} wait`])
      return text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => `${metadata.name} ${line}`)
    }),
  )
  const found = reached.flat()
  if (found.length === 0) return 'none'
  return found.length === pods.length * targets.length ? 'all' : found.join(', ')
}

const ALL = { web: 'all', other: 'all', service: 'all', client: 'all', api: 'all' }
const NONE = { web: 'none', other: 'none', service: 'none', client: 'none', api: 'none' }

async function untilReached(expected: typeof ALL): Promise<void> {
  await waitUntil(
    async () => {
      const now = await reach()
      return JSON.stringify(now) === JSON.stringify(expected) ? done(undefined) : notYet(JSON.stringify(now))
    },
    { what: JSON.stringify(expected), ...SOON },
  )
}

const policy = (spec: object) =>
  namespace.apply({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'one' }, spec })
const DENY_ALL = { podSelector: {}, policyTypes: ['Ingress', 'Egress'] }
const OF_WEB = { podSelector: { matchLabels: { app: 'web' } } }
const OF_CLIENT = { podSelector: { matchLabels: { app: 'client' } } }

describe('a NetworkPolicy', () => {
  it('does nothing where nothing enforces it, and no more once nothing does', async () => {
    await policy(DENY_ALL)
    await untilReached(ALL)
    enforcing = await cluster.enforcePolicies()
    await untilReached(NONE)
    await enforcing.end()
    await untilReached(ALL)
  })

  it.each<[string, object, Partial<typeof ALL>]>([
    [
      'that allows no ingress denies what comes, and no answers',
      { ...OF_WEB, policyTypes: ['Ingress'], ingress: [] },
      { web: 'none', other: 'none', service: 'none' },
    ],
    [
      'that allows no egress denies what goes, and no answers',
      { ...OF_CLIENT, policyTypes: ['Egress'], egress: [] },
      { web: 'none', other: 'none', service: 'none', api: 'none' },
    ],
    [
      'without pods selects all of its namespace',
      { podSelector: {} },
      { web: 'none', other: 'none', service: 'none', client: 'none' },
    ],
    ['of other pods denies nothing', { podSelector: { matchLabels: { app: 'other' } }, ingress: [] }, {}],
    [
      'allows what comes from pods that it names',
      { podSelector: {}, ingress: [{ from: [OF_CLIENT] }] },
      { client: 'none' },
    ],
    [
      'allows what goes to pods that it names',
      { ...OF_CLIENT, policyTypes: ['Egress'], egress: [{ to: [OF_WEB] }] },
      { api: 'none' },
    ],
    [
      'of another namespace allows none of this one',
      { ...OF_WEB, ingress: [{ from: [{ namespaceSelector: { matchLabels: { no: 'such' } } }] }] },
      { web: 'none', other: 'none', service: 'none' },
    ],
    ['of all namespaces allows this one', { ...OF_WEB, ingress: [{ from: [{ namespaceSelector: {} }] }] }, {}],
    ['allows ports by number', { ...OF_WEB, ingress: [{ ports: [{ port: 8081 }] }] }, { web: 'none', service: 'none' }],
    ['allows ports by name', { ...OF_WEB, ingress: [{ ports: [{ port: 'http' }] }] }, { other: 'none' }],
    ['allows blocks of addresses', { ...OF_WEB, ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }] }, {}],
    [
      'allows no other protocol',
      { ...OF_WEB, ingress: [{ ports: [{ protocol: 'UDP' }] }] },
      { web: 'none', other: 'none', service: 'none' },
    ],
  ])('%s', async (_, spec, denied) => {
    enforcing = await cluster.enforcePolicies()
    // So that what it allows is seen too.
    await policy(DENY_ALL)
    await untilReached(NONE)
    await policy(spec)
    await untilReached({ ...ALL, ...denied })
    await namespace.kubectl(['delete', 'networkpolicy', 'one'])
    await untilReached(ALL)
  })

  it('allows a block without what it excepts', async () => {
    enforcing = await cluster.enforcePolicies()
    const [first, ...others] = clients
    if (first === undefined) throw new Error('there is a client')
    const except = [`${first.status.podIP}/32`]
    await policy({ ...OF_WEB, ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8', except } }] }] })
    await waitUntil(
      async () => {
        const [of, by] = [
          await tryFrom([first], [`${webs[0]?.status.podIP}:8080`]),
          await tryFrom(others, [`${webs[0]?.status.podIP}:8080`]),
        ]
        return of === 'none' && by !== 'none' ? done(undefined) : notYet(`${of}, ${by}`)
      },
      { what: 'the block without that pod', ...SOON },
    )
  })

  it('lets the probes of the kubelet pass', async () => {
    enforcing = await cluster.enforcePolicies()
    const [web] = webs
    const pod = () => namespace.read<KubernetesObject & Pod>([`pod/${web?.metadata.name}`])
    const ready = await pod()
    await policy(DENY_ALL)
    await untilReached(NONE)
    const probes = async () =>
      Number(await namespace.kubectl(['exec', web?.metadata.name ?? '', '--', 'wget', '-qO-', '127.0.0.1:8080/probes']))
    const before = await probes()
    await waitUntil(async () => ((await probes()) > before + 3 ? done(undefined) : notYet('fewer')), {
      what: 'four more probes',
      ...SOON,
    })
    const now = await pod()
    expect(now.status.conditions).toEqual(ready.status.conditions)
  })

  it.each([
    ['is cut', false],
    ['is kept by a network that keeps connections', true],
  ])('a connection that there is %s', async (_, keepsConnections) => {
    enforcing = await cluster.enforcePolicies({ keepsConnections })
    const host = webs[0]?.status.podIP ?? ''
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const fresh = () => ask(host, new Agent({ keepAlive: false }))
    try {
      expect(await ask(host, agent)).toBe('fine')
      await policy({ ...OF_WEB, ingress: [] })
      await waitUntil(async () => ((await fresh()) === 'fine' ? notYet('it is open') : done(undefined)), {
        what: 'new connections to be denied',
        ...SOON,
      })
      expect(await ask(host, agent)).toBe(keepsConnections ? 'fine' : 'no answer')
    } finally {
      agent.destroy()
    }
  })
})

function ask(host: string, agent: Agent): Promise<string> {
  return new Promise((resolve) => {
    const request = get({ host, port: 8080, agent, timeout: 2_000 }, (answer) => {
      let text = ''
      answer.on('data', (chunk) => {
        text += chunk
      })
      answer.once('end', () => resolve(text))
    })
    request.once('timeout', () => request.destroy(new Error('no answer')))
    request.once('error', ({ message }) => resolve(message))
  })
}

const SERVICE = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web' },
  spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 'http' }] },
}

/** Answers at two ports, and counts the probes of the kubelet. */
const PROGRAM = `
let probes = 0
const server = () => require('node:http').createServer({ keepAliveTimeout: 60_000 }, ({ url }, answer) => {
  if (url === '/probe') probes++
  answer.end(url === '/probes' ? String(probes) : 'fine')
})
server().listen(8080)
server().listen(8081)
process.on('SIGTERM', () => process.exit(0))
`

/** A pod on each node. */
function daemonSet(app: string): object {
  const labels = { app }
  const container = {
    name: app,
    image: IMAGE.node,
    command: ['node', '-e', PROGRAM],
    ports: [{ name: 'http', containerPort: 8080 }],
    readinessProbe: { httpGet: { path: '/probe', port: 'http' }, periodSeconds: 1 },
    resources: { limits: { memory: '128Mi' }, requests: { memory: '64Mi', cpu: '20m' } },
  }
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: app },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { terminationGracePeriodSeconds: 1, containers: [container] } },
    },
  }
}
