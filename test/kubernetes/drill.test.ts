import { readFile, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { done, notYet, waitUntil } from '../../src/base/wait.ts'
import type { Journal } from '../../src/drills/journal/journal.ts'
import type { Workload } from '../../src/kubernetes/objects.ts'
import { root } from '../e2e/firedrill.ts'
import { Shop } from './shop.ts'
import { testCluster } from './test-cluster.ts'

/** A system in pods, and a drill on it, from the command line. */
describe('a drill on a system that runs on Kubernetes', () => {
  let shop: Shop
  beforeAll(async () => {
    shop = await Shop.start(testCluster())
  })
  beforeEach(() => shop.untilScraped())
  afterAll(() => shop?.remove())

  it('finds all of the system by way of the API server: its monitoring, its pods, their targets', async () => {
    const { stdout, stderr } = await shop.run(['system', 'check', shop.file('firedrill.yaml'), '--json'])
    expect(stdout, stderr).toContain('findings')
    const { findings } = JSON.parse(stdout) as { findings: { name: string; status: string; detail: string }[] }
    expect(findings.filter(({ status }) => status === 'bad')).toEqual([])
    for (const name of ['prometheus', 'alertmanager', 'shop']) expect(findings.map((one) => one.name)).toContain(name)
  })

  it('holds when the container of a pod crashes: seen, notified, and started again by Kubernetes in the same pod', async () => {
    const before = await shop.namespace.pods('app=shop')
    const journal = await shop.drill('shop-crash')
    expect(journal.verdict, journal.reasons.join('\n')).toBe('held')
    expect(journal).toMatchObject({
      runtime: 'foreign',
      mttdStage: 'notified',
      repairedBy: 'restart-policy',
    })
    const after = await shop.namespace.pods('app=shop')
    const uids = (pods: typeof after) => pods.map(({ metadata }) => metadata.uid).sort()
    expect(uids(after)).toEqual(uids(before))
    const restarts = after.map(({ status }) => status.containerStatuses?.[0]?.restartCount ?? 0)
    expect(restarts.sort()).toEqual([0, 1])
    const schema = JSON.parse(await readFile(join(root, 'docs/schema/journal.schema.json'), 'utf8')) as object
    const validate = new Ajv2020({ strict: false }).compile(schema)
    expect(validate(journal) ? [] : validate.errors).toEqual([])
  })

  it('holds when a pod is lost: another one with another name fills its place', async () => {
    const before = (await shop.namespace.pods('app=shop')).map(({ metadata }) => metadata.name)
    const journal = await shop.drill('shop-lose')
    expect(journal.verdict, journal.reasons.join('\n')).toBe('held')
    expect(journal.repairedBy).toBe('restart-policy')
    const after = (await shop.namespace.pods('app=shop')).map(({ metadata }) => metadata.name)
    expect(after.filter((name) => before.includes(name))).toHaveLength(1)
  })

  it('holds when somebody scales down: notified, and scaled back when the time of the fault is over', async () => {
    const journal = await shop.drill('shop-scale')
    expect(journal.verdict, journal.reasons.join('\n')).toBe('held')
    expect(await shop.namespace.pods('app=shop')).toHaveLength(2)
  })

  it('counts the repair of a pod to its return, not to the answer of another one', async () => {
    const file = shop.file('firedrill.yaml')
    const described = await readFile(file, 'utf8')
    await writeFile(shop.file('drills/answers.yaml'), ANSWERS)
    await writeFile(file, described.replace('deployment/shop }', 'deployment/shop, service: shop, port: web }'))
    const journal = await shop.drill('answers').finally(() => writeFile(file, described))
    expect(journal.verdict, journal.reasons.join('\n')).toBe('held')
    const [hit] = journal.hitReplicas ?? []
    expect(hit?.readyAtMs, JSON.stringify(journal.events)).toBeTypeOf('number')
    // It warms up for 8 s.
    expect(journal.mttrMs).toBeGreaterThan(7_000)
    expect(journal.repairedBy).toBe('restart-policy')
    const good = journal.stages.find(({ name }) => name === 'good again')?.sinceInjectedMs ?? 0
    expect(good).toBeLessThan(journal.mttrMs ?? 0)
  })

  it('proves nothing when somebody else scales it in the middle, and leaves the number that they set', async () => {
    const replicas = async () => (await shop.namespace.read<Workload>(['deployment/shop'])).spec.replicas
    const scale = async () => {
      const isScaled = async () => {
        const now = await replicas()
        return now === 1 ? done(undefined) : notYet(`${now} replicas`)
      }
      await waitUntil(isScaled, { what: 'the fault', timeoutMs: 120_000, intervalMs: 200 })
      await shop.namespace.kubectl(['scale', 'deployment/shop', '--replicas=3'])
    }
    await writeFile(shop.file('drills/scaled.yaml'), SCALED)
    const [journal] = await Promise.all([shop.drill('scaled'), scale()])
    expect(journal.verdict).toBe('inconclusive')
    expect(journal.reasons.join('\n')).toMatch(
      /somebody else changed the system during the run: deployment\/shop in \S+: 3 replicas instead of 1/,
    )
    expect(await replicas()).toBe(3)
    await shop.namespace.kubectl(['scale', 'deployment/shop', '--replicas=2'])
    await shop.namespace.untilRolledOut('deployment/shop')
  })

  /** A run in which an autoscaler sets a third number in the middle of a `scale`; all is as before then. */
  async function autoscaled(): Promise<Journal> {
    const replicas = async () => (await shop.namespace.read<Workload>(['deployment/shop'])).spec.replicas
    const autoscale = async () => {
      const isScaled = async () => ((await replicas()) === 1 ? done(undefined) : notYet('not scaled yet'))
      await waitUntil(isScaled, { what: 'the fault', timeoutMs: 120_000, intervalMs: 200 })
      await shop.namespace.apply(AUTOSCALER)
    }
    await writeFile(shop.file('drills/autoscaled.yaml'), AUTOSCALED)
    const [journal] = await Promise.all([shop.drill('autoscaled'), autoscale()])
    expect(await replicas()).toBe(3)
    await shop.namespace.kubectl(['delete', 'hpa', 'shop-scaler'])
    await shop.namespace.kubectl(['scale', 'deployment/shop', '--replicas=2'])
    await shop.namespace.untilRolledOut('deployment/shop')
    return journal
  }
  // Kubernetes 1.20 keeps no record of who has changed a scale.
  const SCALED_BY = /deployment\/shop in \S+: 3 replicas instead of 1; HorizontalPodAutoscaler shop-scaler scales it/

  it('proves nothing when an autoscaler scales it in the middle, names it, and leaves its number', {
    timeout: 300_000,
  }, async () => {
    const { verdict, reasons } = await autoscaled()
    expect(verdict).toBe('inconclusive')
    expect(reasons.join('\n')).toMatch(SCALED_BY)
  })

  it('is judged where that autoscaler is part of the system, which the events show', { timeout: 300_000 }, async () => {
    const file = shop.file('firedrill.yaml')
    const described = await readFile(file, 'utf8')
    await writeFile(file, described.replace('deployment/shop }', 'deployment/shop, autoscaled: true }'))
    const { verdict, reasons, events } = await autoscaled().finally(() => writeFile(file, described))
    expect(verdict, reasons.join('\n')).toBe('held')
    const scaled = events.filter(({ kind, actor }) => kind === 'scaled' && actor === 'restart-policy')
    expect(scaled.map(({ detail }) => detail)).toEqual([expect.stringMatching(SCALED_BY)])
  })

  it('is refused while another run has the turn in its namespace, as one from another machine would', async () => {
    // Another address of the same Prometheus is, on this machine, another system.
    const described = await readFile(shop.file('firedrill.yaml'), 'utf8')
    await writeFile(
      shop.file('other.yaml'),
      described.replace('service: prometheus, port: web', 'service: prometheus, port: 9090'),
    )
    const first = shop.begin('shop-scale', ['--json'])
    const lease = async () =>
      (await shop.namespace.kubectl(['get', 'leases', '-o', 'name'])).includes('firedrill-turn')
        ? done(undefined)
        : notYet('no turn')
    await waitUntil(lease, { what: 'the turn of the first run', timeoutMs: 60_000, intervalMs: 100 })
    const drill = shop.file('drills/shop-crash.yaml')
    const second = await shop.run(['run', drill, '--system', shop.file('other.yaml'), '--no-wait'])
    expect(second.exitCode, second.stderr).toBe(6)
    expect(second.stderr).toContain(`on ${hostname()}`)
    expect((await first).stdout).toContain('"verdict"')
    expect(await shop.namespace.kubectl(['get', 'leases', '-o', 'name'])).not.toContain('firedrill-turn')
  })

  it('proves nothing when somebody else deploys in the middle of it, and leaves what they deployed', async () => {
    const workload = () => shop.namespace.read<Workload>(['deployment/shop'])
    const deploy = async () => {
      const scaled = async () => {
        const { replicas } = (await workload()).spec
        return replicas === 1 ? done(undefined) : notYet(`${replicas} replicas`)
      }
      await waitUntil(scaled, { what: 'the fault', timeoutMs: 120_000, intervalMs: 200 })
      await shop.namespace.kubectl(['set', 'env', 'deployment/shop', 'RELEASE=2'])
    }
    const [journal] = await Promise.all([shop.drill('shop-scale'), deploy()])
    expect(journal.verdict).toBe('inconclusive')
    expect(journal.reasons.join('\n')).toContain('somebody else changed the system during the run: deployment/shop')
    const { spec } = await workload()
    expect(spec.replicas).toBe(2)
    expect(JSON.stringify(spec.template)).toContain('RELEASE')
  })
})

const ANSWERS = `
title: A pod of the shop crashes, and another one answers
why: Users must not notice for long.
steadyState: [{ http: shop, path: /health }]
load: none
method: [{ at: 1s, fault: crash, target: shop, for: 30s }]
expectations:
  - { alert: ShopPodDown, labels: { job: shop }, within: 15s }
  - { steady: true, within: 60s }
  - { noOtherAlert: { except: [ShopTooFew] } }
`

/** Whose steady state comes back with any number of pods. */
const SCALED = `
title: The shop has too few pods
why: One must be enough for a while.
steadyState: [{ metric: 'sum(up{job="shop"})', is: ">= 1" }]
load: none
method: [{ at: 1s, fault: scale, target: shop, params: { to: 1 }, for: 15s }]
expectations:
  - { steady: true, within: 20s }
  - { noOtherAlert: { except: [ShopPodDown, ShopTooFew] } }
`

/** Which has to be scaled within the time of the fault: autoscalers look every 15 s. */
const AUTOSCALED = SCALED.replace('for: 15s', 'for: 60s').replace('expectations:', 'watch: 45s\nexpectations:')

/** Below its least number it scales without any metric. */
const AUTOSCALER = {
  apiVersion: 'autoscaling/v1',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'shop-scaler' },
  spec: {
    minReplicas: 3,
    maxReplicas: 4,
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'shop' },
  },
}
