import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { Agent, get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { done, notYet, sleep, waitUntil } from '../../src/base/wait.ts'
import type { ForeignSystem } from '../../src/foreign/file/foreign-system.ts'
import { readSystem } from '../../src/foreign/file/system-file.ts'
import { ForeignRuntime } from '../../src/foreign/foreign-runtime.ts'
import { guardReach } from '../../src/foreign/guardian/guard-reach.ts'
import { Guardian } from '../../src/foreign/guardian/guardian.ts'
import { Clusters } from '../../src/foreign/kubernetes/clusters.ts'
import { inspectService } from '../../src/foreign/kubernetes/links/inspect-service.ts'
import { linkSubject } from '../../src/foreign/kubernetes/links/link-subject.ts'
import { refuseLeftBehind, undoSystem } from '../../src/foreign/kubernetes/undo/undo-system.ts'
import { isReady } from '../../src/foreign/kubernetes/workload.ts'
import type { KubernetesObject, ListOf, Service } from '../../src/kubernetes/objects.ts'
import { guardiansOf } from './guardians.ts'
import { Shop } from './shop.ts'
import { CONTEXT, IMAGE, type TestNamespace, testCluster } from './test-cluster.ts'
import { undoAccount } from './undo-account.ts'

/** Faults on links that are Services, with requests of a user that are measured. */

const SOON = { timeoutMs: 120_000, intervalMs: 200 }
const DELAY_MS = 600
const cluster = testCluster()
const env = { ...process.env, ...cluster.env }

let namespace: TestNamespace
let folder: string
let system: ForeignSystem
let clusters: Clusters
const others: Clusters[] = []
let guardian: Guardian
/** Sends requests to the Service all the time, each on a connection of its own. */
let user: User

beforeAll(async () => {
  namespace = await cluster.namespace('network')
  folder = await mkdtemp(join(tmpdir(), 'fd-knetwork-'))
  await namespace.apply(...undoAccount(namespace.name), SERVICE, DEPLOYMENT)
  await namespace.untilRolledOut('deployment/web')
  await writeFile(join(folder, 'firedrill.yaml'), fileOf(namespace.name))
  system = await readSystem(join(folder, 'firedrill.yaml'))
  user = new User((await service()).spec.clusterIP ?? '')
})
afterAll(async () => {
  await user?.stop()
  await Promise.all(others.map((one) => one.close()))
  await namespace?.remove()
  await rm(folder, { recursive: true, force: true })
})

/** As another program opens them. */
function another(): Clusters {
  const opened = new Clusters(env)
  others.push(opened)
  return opened
}

beforeEach(async () => {
  clusters = new Clusters(env)
  const noProcess = () => {
    throw new Error('no process')
  }
  const runtime = new ForeignRuntime(system, noProcess, (place) => clusters.of(place))
  await runtime.up()
  guardian = new Guardian(runtime, { reach: guardReach(system, runtime) })
  await user.untilAnswered()
})
afterEach(async () => {
  await guardian.close()
  await clusters.close()
  await untilNothingIsLeft(namespace)
})

const service = (of = namespace, name = 'web') => of.read<Service>([`service/${name}`])
const inject = (fault: string, params: Record<string, unknown> = {}) =>
  guardian.inject({ fault, service: 'web-link', params, forMs: 120_000 })

describe('a fault on a Service', () => {
  it('network-latency: requests of its users take longer, and as long as before once it is lifted', {
    timeout: 240_000,
  }, async () => {
    const before = await service()
    const normalMs = await user.typicalMs()
    const { landing, id } = await inject('network-latency', { delay: `${DELAY_MS}ms` })
    expect(landing.proof).toContain('alone')
    expect(landing.landed, landing.proof).toBe(true)
    const harmedMs = await user.typicalMs()
    const lift = await guardian.lift(id)
    expect(lift).toMatchObject({ changed: true })
    const after = await service()
    expect(after.spec).toEqual(before.spec)
    expect(after.metadata.annotations).toEqual(before.metadata.annotations)
    await waitUntil(
      async () => {
        const ms = await user.typicalMs()
        return ms < harmedMs - DELAY_MS / 2 ? done(undefined) : notYet(`${ms} ms`)
      },
      { what: 'requests to be as fast as before', ...SOON },
    )
    process.stdout.write(`requests took ${normalMs} ms, and ${harmedMs} ms with ${DELAY_MS} ms of delay\n`)
    expect(harmedMs).toBeGreaterThanOrEqual(DELAY_MS)
    expect(normalMs).toBeLessThan(harmedMs - DELAY_MS / 2)
  })

  it('network-down: connections are refused, and work again', { timeout: 240_000 }, async () => {
    const { landing, id } = await inject('network-down')
    expect(landing.landed, landing.proof).toBe(true)
    await user.untilRefused()
    expect(await guardian.lift(id)).toMatchObject({ changed: true })
    await user.untilAnswered()
  })

  it('is put back by the guardian when it closes', { timeout: 240_000 }, async () => {
    const before = await service()
    await inject('network-reset')
    expect((await service()).spec.selector).not.toEqual(before.spec.selector)
    await guardian.close()
    expect((await service()).spec).toEqual(before.spec)
    await user.untilAnswered()
  })

  it('keeps a run from beginning until system undo has put it back', { timeout: 240_000 }, async () => {
    const before = await service()
    const held = await harm('left')
    const renewal = setInterval(() => void held.renew().catch(() => undefined), 500)
    try {
      await expect(refuseLeftBehind(system, another())).rejects.toMatchObject({
        code: 'FD_FOREIGN_LEFT_BEHIND',
      })
      expect(await undoSystem(system, another())).toMatchObject([{ changed: true }])
      expect((await service()).spec).toEqual(before.spec)
      await expect(refuseLeftBehind(system, another())).resolves.toBeUndefined()
    } finally {
      clearInterval(renewal)
    }
  })

  it('that nobody renews is put back by the Job', { timeout: 240_000 }, async () => {
    const before = await service()
    await harm('orphan')
    expect((await service()).spec.selector).not.toEqual(before.spec.selector)
    await waitUntil(
      async () => {
        const { selector } = (await service()).spec
        return JSON.stringify(selector) === JSON.stringify(before.spec.selector)
          ? done(undefined)
          : notYet(JSON.stringify(selector))
      },
      { what: 'the Job to put it back', ...SOON },
    )
    expect((await service()).spec).toEqual(before.spec)
  })

  it('is refused where the proxy does not reach its pods, and nothing is changed', { timeout: 240_000 }, async () => {
    const empty = { ...SERVICE, metadata: { name: 'empty' }, spec: { ...SERVICE.spec, selector: { app: 'nobody' } } }
    await namespace.apply(empty)
    const place = {
      cluster: clusters.of({ context: CONTEXT }),
      namespace: namespace.name,
      service: 'empty',
      ...PROGRAMS,
    }
    const held = { id: 'empty', forMs: 60_000, seed: 1, signal: new AbortController().signal }
    await expect(linkSubject(place).harm(LATENCY, held)).rejects.toMatchObject({
      code: 'FD_FAULT_REFUSED',
      details: { given: expect.stringContaining('does not reach') },
    })
    expect((await service(namespace, 'empty')).spec.selector).toEqual({ app: 'nobody' })
  })
})

it('system check says whether the proxy could come before it', async () => {
  const [link] = system.serviceLinks
  if (link === undefined) throw new Error('there is a link')
  expect(await inspectService(link, clusters)).toMatchObject({
    status: 'ok',
    detail: `service/web in ${namespace.name}, port 80, 2 pods`,
  })
  expect(await inspectService({ ...link, service: 'none' }, clusters)).toMatchObject({ status: 'bad' })
})

/** The names of all policies of a namespace. */
async function policiesIn(of: TestNamespace): Promise<string[]> {
  const { items } = await of.read<ListOf<KubernetesObject>>(['networkpolicies'])
  return items.map(({ metadata }) => metadata.name)
}

describe('network-deny', () => {
  it('is not landed on a cluster that enforces no policies, which is said, and its policy is removed', {
    timeout: 240_000,
  }, async () => {
    const { landing, id } = await guardian.inject({ fault: 'network-deny', service: 'web', params: {}, forMs: 120_000 })
    expect(landing.landed).toBe(false)
    expect(landing.proof).toMatch(/^no, the cluster does not enforce NetworkPolicies: pod .* still connects to /)
    expect(await policiesIn(namespace)).toEqual([])
    expect(await guardian.lift(id)).toMatchObject({ changed: false })
  })

  it('is refused, with nothing changed, where no probe can connect', { timeout: 240_000 }, async () => {
    const params = { port: 4_999 }
    await expect(
      guardian.inject({ fault: 'network-deny', service: 'web', params, forMs: 120_000 }),
    ).rejects.toMatchObject({ code: 'FD_FAULT_REFUSED', details: { given: 'ECONNREFUSED' } })
  })
})

describe.each([
  ['cuts connections', { keepsConnections: false }],
  ['keeps connections', { keepsConnections: true }],
])('network-deny on a network that enforces policies and %s', (_, network) => {
  let enforcing: { end(): Promise<void> }
  beforeAll(async () => {
    enforcing = await cluster.enforcePolicies(network)
  })
  afterAll(() => enforcing?.end())
  const deny = (params: Record<string, unknown>) =>
    guardian.inject({ fault: 'network-deny', service: 'web', params, forMs: 120_000 })

  it('has nobody connect to the pods, and everybody once it is lifted', { timeout: 240_000 }, async () => {
    const { landing, id } = await deny({})
    expect(landing.proof).toMatch(
      /^no connections to the pods of deployment\/web in .*; pod firedrill-probe-.* no longer connects to .*: no answer within 1 s$/,
    )
    expect(landing.landed).toBe(true)
    expect(await policiesIn(namespace)).toEqual(['firedrill-deny-deployment-web'])
    await user.untilNotAnswered()
    // The kubelet's probes are not denied: the Service still sends to pods that nobody reaches.
    expect((await namespace.pods('app=web')).map(isReady)).toEqual([true, true])
    expect(await connectsOut()).toBe(true)
    expect(await guardian.lift(id)).toMatchObject({ changed: true })
    expect(await policiesIn(namespace)).toEqual([])
    await user.untilAnswered()
  })

  it('has the pods connect to nobody with direction egress, while others connect to them', {
    timeout: 240_000,
  }, async () => {
    expect(await connectsOut()).toBe(true)
    const { landing, id } = await deny({ direction: 'egress' })
    expect(landing.proof).toMatch(
      /^no connections from the pods of deployment\/web in .*; pod web-.* no longer connects to .*: no answer within 1 s \(the API server\)$/,
    )
    expect(landing.landed).toBe(true)
    expect(await connectsOut()).toBe(false)
    await user.untilAnswered()
    expect(await guardian.lift(id)).toMatchObject({ changed: true })
    expect(await policiesIn(namespace)).toEqual([])
    await waitUntil(async () => ((await connectsOut()) ? done(undefined) : notYet('not yet')), {
      what: 'the pods to connect again',
      ...SOON,
    })
  })
})

/** Whether each pod of the workload connects to the API server. */
async function connectsOut(): Promise<boolean> {
  const script = 'nc -w 1 $KUBERNETES_SERVICE_HOST $KUBERNETES_SERVICE_PORT -e true && echo yes || true'
  const pods = await namespace.pods('app=web')
  const answers = await Promise.all(
    pods.map(({ metadata }) => namespace.kubectl(['exec', metadata.name, '-c', 'web', '--', 'sh', '-c', script])),
  )
  return answers.every((answer) => answer === 'yes')
}

describe('a run', () => {
  const HELD_MS = 15_000
  let shop: Shop
  beforeAll(async () => {
    shop = await Shop.start(cluster, { prefix: 'netrun', warmUpMs: 1_000 })
    await appendFile(shop.file('firedrill.yaml'), 'links: { shop-link: { kubernetes: { service: shop } } }\n')
    for (const [name, text] of Object.entries(DRILLS)) await writeFile(shop.file(`drills/${name}.yaml`), text)
  })
  afterAll(() => shop?.remove())

  it('with network-deny is inconclusive on a cluster that enforces no policies', { timeout: 300_000 }, async () => {
    const { verdict, reasons } = await shop.drill('shop-deny')
    expect(verdict).toBe('inconclusive')
    expect(JSON.stringify(reasons)).toContain('does not enforce NetworkPolicies')
    await untilNothingIsLeft(shop.namespace)
  })

  describe('on a cluster that enforces policies', () => {
    let enforcing: { end(): Promise<void> }
    beforeAll(async () => {
      enforcing = await cluster.enforcePolicies()
    })
    afterAll(() => enforcing?.end())

    it('with network-deny has its alerts fire, and all is well once its time is over', {
      timeout: 300_000,
    }, async () => {
      const { verdict, reasons, faults } = await shop.drill('shop-denied')
      expect(verdict, reasons.join()).toBe('held')
      expect(JSON.stringify(faults)).toContain('no longer connects to')
      expect(await policiesIn(shop.namespace)).toEqual([])
      await untilNothingIsLeft(shop.namespace)
    })

    it('with network-deny and direction egress holds where the service connects to nobody', {
      timeout: 300_000,
    }, async () => {
      const { verdict, reasons, faults } = await shop.drill('shop-egress')
      expect(verdict, reasons.join()).toBe('held')
      expect(JSON.stringify(faults)).toContain('no connections from the pods of deployment/shop')
      expect(await policiesIn(shop.namespace)).toEqual([])
      await untilNothingIsLeft(shop.namespace)
    })

    it.each(['shop-deny', 'shop-egress'])(
      'that is killed with -9 in %s, and its guardian too, has the policy removed by the Job',
      {
        timeout: 400_000,
      },
      async (drill) => {
        const undoneMs = await untilUndoneAfterKills(drill, async () => (await policiesIn(shop.namespace)).length > 0)
        process.stdout.write(`the policy was gone ${undoneMs} ms after kill -9\n`)
        expect(undoneMs).toBeLessThanOrEqual(HELD_MS + 5_000)
        await untilNothingIsLeft(shop.namespace)
        await shop.untilScraped()
      },
    )
  })

  it('with network-deny on a network that keeps connections shows that an alert on up stays silent', {
    timeout: 300_000,
  }, async () => {
    const enforcing = await cluster.enforcePolicies({ keepsConnections: true })
    try {
      const { verdict, reasons, faults } = await shop.drill('shop-silent')
      expect(JSON.stringify(faults)).toContain('no longer connects to')
      // Prometheus goes on scraping by the connections that it has.
      expect(verdict, reasons.join()).toBe('deviated')
      expect(reasons.join()).toContain('ShopPodDown')
    } finally {
      await enforcing.end()
    }
    await untilNothingIsLeft(shop.namespace)
  })

  it('that is killed with -9, and its guardian too, has the Service put back by the Job', {
    timeout: 400_000,
  }, async () => {
    const before = await service(shop.namespace, 'shop')
    const undoneMs = await untilUndoneAfterKills('shop-slow-link', async () => {
      const { selector } = (await service(shop.namespace, 'shop')).spec
      return JSON.stringify(selector) !== JSON.stringify(before.spec.selector)
    })
    process.stdout.write(`the Service was as before ${undoneMs} ms after kill -9\n`)
    expect(undoneMs).toBeLessThanOrEqual(HELD_MS + 5_000)
    expect((await service(shop.namespace, 'shop')).spec).toEqual(before.spec)
    await untilNothingIsLeft(shop.namespace)
  })

  /** Kills a run and its guardian while its fault is in force; resolves with how long after that it was undone, in milliseconds. */
  async function untilUndoneAfterKills(drill: string, isHarmed: () => Promise<boolean>): Promise<number> {
    const running = shop.begin(drill)
    let ended: string | undefined
    void running.then(({ all }) => {
      ended = String(all)
    })
    await waitUntil(
      async () => {
        if (ended !== undefined) throw new Error(`the run has ended: ${ended}`)
        return (await isHarmed()) ? done(undefined) : notYet('it is as it was')
      },
      { what: 'the fault to be in force', ...SOON, fatal: () => ended !== undefined },
    )
    // First, so that it cannot notice the end of the run.
    const guardians = guardiansOf(shop.state.path)
    expect(guardians).toHaveLength(1)
    for (const pid of guardians) process.kill(pid, 'SIGKILL')
    running.kill('SIGKILL')
    const killedMs = performance.now()
    await running
    await waitUntil(async () => ((await isHarmed()) ? notYet('it is changed') : done(undefined)), {
      what: 'all to be as before',
      ...SOON,
    })
    return Math.round(performance.now() - killedMs)
  }
})

const LATENCY = {
  fault: 'network-latency',
  toxic: { type: 'latency', stream: 'downstream', toxicity: 1, attributes: { latency: DELAY_MS, jitter: 0 } },
} as const
const PROGRAMS = { allow: [], programs: { image: IMAGE.node, serviceAccount: 'firedrill' }, enter: () => undefined }

/** A fault that this process holds, past the guardian. */
function harm(id: string) {
  const place = { cluster: clusters.of({ context: CONTEXT }), namespace: namespace.name, service: 'web', ...PROGRAMS }
  return linkSubject(place).harm(LATENCY, { id, forMs: 600_000, seed: 1, signal: new AbortController().signal })
}

/** No Lease, no Job, no proxy and no Service of ours: the connections that passed the proxy have ended. */
function untilNothingIsLeft(of: TestNamespace): Promise<void> {
  return waitUntil(
    async () => {
      const { items } = await of.read<ListOf<KubernetesObject>>(['jobs,leases,pods,services'])
      const left = items
        .filter(({ metadata }) => metadata.name.startsWith('firedrill-'))
        // That of a run that was killed together with its guardian has ended, and the next run takes it.
        .filter(({ metadata }) => metadata.name !== 'firedrill-turn')
        .map(({ metadata }) => metadata.name)
      return left.length === 0 ? done(undefined) : notYet(`left: ${left.join(', ')}`)
    },
    { what: 'nothing to be left', ...SOON },
  )
}

const NO_ANSWER = 'no answer'

interface Answer {
  ms: number
  /** What happened instead of an answer. */
  failed?: string
}

class User {
  readonly #host: string
  readonly #answers: Answer[] = []
  readonly #running: Promise<void>
  #isStopped = false

  constructor(host: string) {
    this.#host = host
    this.#running = this.#run()
  }

  /** The median of the next requests, in milliseconds. */
  async typicalMs(): Promise<number> {
    const answers = await this.#next(7)
    const times = answers.map(({ ms }) => ms).sort((a, b) => a - b)
    return Math.round(times[3] ?? Number.NaN)
  }

  untilRefused(): Promise<void> {
    return this.#until(({ failed }) => failed === 'ECONNREFUSED', 'connections to be refused')
  }

  untilNotAnswered(): Promise<void> {
    return this.#until(({ failed }) => failed === NO_ANSWER, 'no answers')
  }

  untilAnswered(): Promise<void> {
    return this.#until(({ failed }) => failed === undefined, 'answers')
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    await this.#running
  }

  #until(is: (answer: Answer) => boolean, what: string): Promise<void> {
    return waitUntil(
      async () => {
        const answers = await this.#next(5)
        return answers.every(is) ? done(undefined) : notYet(answers.map(({ failed }) => failed ?? 'an answer').join())
      },
      { what, ...SOON },
    )
  }

  async #next(count: number): Promise<Answer[]> {
    const from = this.#answers.length
    await waitUntil(async () => (this.#answers.length < from + count ? notYet('not asked yet') : done(undefined)), {
      what: `${count} requests`,
      ...SOON,
      intervalMs: 20,
    })
    return this.#answers.slice(from, from + count)
  }

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      this.#answers.push(await ask(this.#host))
      await sleep(50)
    }
  }
}

function ask(host: string): Promise<Answer> {
  const startedMs = performance.now()
  return new Promise((resolve) => {
    const end = (failed?: string) =>
      resolve({ ms: performance.now() - startedMs, ...(failed === undefined ? {} : { failed }) })
    const request = get({ host, port: 80, agent: new Agent({ keepAlive: false }), timeout: 5_000 }, (answer) => {
      answer.resume()
      answer.once('end', () => end())
      answer.once('error', ({ message }) => end(message))
    })
    request.once('timeout', () => request.destroy(new Error(NO_ANSWER)))
    request.once('error', ({ code, message }: NodeJS.ErrnoException) => end(code ?? message))
  })
}

const SERVICE = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web' },
  spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 'http' }] },
}

const DEPLOYMENT = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: {
        terminationGracePeriodSeconds: 2,
        containers: [
          {
            name: 'web',
            image: IMAGE.node,
            command: [
              'node',
              '-e',
              "require('node:http').createServer((_, answer) => answer.end('fine')).listen(8080)",
            ],
            ports: [{ name: 'http', containerPort: 8080 }],
            readinessProbe: { httpGet: { path: '/', port: 'http' }, periodSeconds: 1 },
            resources: { limits: { memory: '128Mi' }, requests: { memory: '64Mi', cpu: '20m' } },
          },
        ],
      },
    },
  },
}

const STEADY = '{ steady: true, within: 90s }'
const DRILLS = {
  'shop-slow-link': drillOf(
    '{ at: 1s, fault: network-latency, target: shop-link, params: { delay: 300ms }, for: 15s }',
    STEADY,
  ),
  'shop-deny': drillOf('{ at: 1s, fault: network-deny, target: shop, for: 60s }', STEADY),
  'shop-egress': drillOf(
    '{ at: 1s, fault: network-deny, target: shop, params: { direction: egress }, for: 15s }',
    '{ steady: true, within: 20s }',
    '{ noOtherAlert: true }',
  ),
  'shop-denied': drillOf(
    '{ at: 1s, fault: network-deny, target: shop, for: 20s }',
    '{ alert: ShopPodDown, labels: { job: shop }, within: 15s }',
    '{ alert: ShopTooFew, within: 15s }',
    '{ noOtherAlert: true }',
    STEADY,
  ),
  'shop-silent': drillOf(
    '{ at: 1s, fault: network-deny, target: shop, for: 20s }',
    '{ alert: ShopPodDown, within: 10s }',
  ),
}

function drillOf(step: string, ...expectations: readonly string[]): string {
  return `title: The network of the shop
why: What is done to it must not stay.
steadyState:
  - metric: sum(up{job="shop"})
    is: "== 2"
load: none
method:
  - ${step}
expectations:
${expectations.map((one) => `  - ${one}\n`).join('')}`
}

function fileOf(name: string): string {
  return `name: network
environment: lab
prometheus: http://127.0.0.1:9
alertmanager: http://127.0.0.1:9
kubernetes: { context: ${CONTEXT}, namespace: ${name}, image: "${IMAGE.node}", serviceAccount: firedrill }
services:
  web: { kubernetes: { workload: deployment/web }, labels: { job: web } }
links:
  web-link: { kubernetes: { service: web } }
`
}
