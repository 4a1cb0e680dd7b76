import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { done, notYet, waitUntil } from '../../src/base/wait.ts'
import { openControls } from '../../src/foreign/control/controls.ts'
import { readSystem } from '../../src/foreign/file/system-file.ts'
import { ForeignRuntime } from '../../src/foreign/foreign-runtime.ts'
import { Clusters } from '../../src/foreign/kubernetes/clusters.ts'
import { Shop } from './shop.ts'
import { testCluster } from './test-cluster.ts'

const bound = { timeoutMs: 90_000, intervalMs: 50 }

/** What test/contract asks of every runtime, as far as it applies to one that starts and stops nothing by itself. */
describe('runtime contract: a workload of Kubernetes', () => {
  let shop: Shop
  let runtime: ForeignRuntime
  const clusters = new Clusters({ ...process.env, ...testCluster().env })
  beforeAll(async () => {
    shop = await Shop.start(testCluster(), { prefix: 'runtime', warmUpMs: 500 })
  })
  afterAll(async () => {
    await clusters.close()
    await shop?.remove()
  })
  beforeEach(async () => {
    const system = await readSystem(shop.file('firedrill.yaml'))
    runtime = new ForeignRuntime(system, openControls().controlOf, (place) => clusters.of(place))
    await runtime.up()
    await untilHealthy(2)
  })
  afterEach(async () => {
    await runtime.down()
    await shop.untilScraped()
  })

  const replicas = () => runtime.services().find(({ name }) => name === 'shop')?.replicas ?? []
  const states = () => replicas().map(({ id, state }) => `${id} ${state}`)
  const untilHealthy = (count: number) =>
    waitUntil(
      async () => {
        const healthy = replicas().filter(({ state }) => state === 'healthy')
        return healthy.length === count && replicas().length === count ? done(undefined) : notYet(states().join(', '))
      },
      { what: `${count} replicas to be healthy`, ...bound },
    )
  const lastSequence = () => runtime.events().at(-1)?.sequence ?? 0
  const kinds = (replica: string, after: number) =>
    runtime
      .events(after)
      .filter((event) => event.replica === replica)
      .map((event) => `${event.kind} by ${event.actor}`)
  const until = (what: string, isSo: () => boolean) =>
    waitUntil(async () => (isSo() ? done(undefined) : notYet(states().join(', '))), { what, ...bound })
  const podNames = async () => (await shop.namespace.pods('app=shop')).map(({ metadata }) => metadata.name).sort()

  it('finds its pods as replicas, healthy and with their addresses', async () => {
    expect(states()).toEqual(['shop-1 healthy', 'shop-2 healthy'])
    const pods = await shop.namespace.pods('app=shop')
    expect(
      replicas()
        .map(({ address }) => address.host)
        .sort(),
    ).toEqual(pods.map(({ status }) => status.podIP).sort())
    expect(replicas().map(({ address }) => address.port)).toEqual([3900, 3900])
  })

  it('fills the place of a pod that is deleted with the next one, and leaves the other alone', async () => {
    const before = lastSequence()
    const address = replicas()[0]?.address.host
    const lost = (await shop.namespace.pods('app=shop')).find(({ status }) => status.podIP === address)?.metadata.name
    await shop.namespace.kubectl(['delete', 'pod', lost ?? '', '--grace-period=0', '--force', '--wait=false'])
    await until('shop-1 to be back', () => kinds('shop-1', before).includes('healthy by itself'))
    expect(kinds('shop-1', before)).toEqual(['exited by itself', 'starting by restart-policy', 'healthy by itself'])
    expect(kinds('shop-2', before)).toEqual([])
    expect(await podNames()).not.toContain(lost)
    const details = runtime.events(before).map(({ detail }) => detail)
    expect(details.join('\n')).toContain(lost)
  })

  it('restarts one pod after the other, in the name of who asked, and never without a healthy one', async () => {
    const [names, before] = [await podNames(), lastSequence()]
    let fewest = 2
    const off = runtime.onEvent(() => {
      fewest = Math.min(fewest, replicas().filter(({ state }) => state === 'healthy').length)
    })
    await runtime.restart({ service: 'shop' }, 'responder')
    off()
    expect(states()).toEqual(['shop-1 healthy', 'shop-2 healthy'])
    expect((await podNames()).filter((name) => names.includes(name))).toEqual([])
    for (const id of ['shop-1', 'shop-2']) expect(kinds(id, before)).toContain('starting by responder')
    expect(fewest).toBeGreaterThan(0)
  })

  it('scales out to replicas of their own, and back', async () => {
    await runtime.scale('shop', 3, 'responder')
    expect(states()).toEqual(['shop-1 healthy', 'shop-2 healthy', 'shop-3 healthy'])
    expect(new Set(replicas().map(({ address }) => address.host)).size).toBe(3)
    await runtime.scale('shop', 2, 'responder')
    expect(states()).toHaveLength(2)
  })

  it.each<[string, () => Promise<void>, RegExp]>([
    ['kill', () => runtime.kill({ service: 'shop' }, 'SIGKILL'), /crash/],
    ['pause', () => runtime.pause({ service: 'shop', replica: 'shop-1' }, 'fault'), /crash/],
    ['stop', () => runtime.stop({ service: 'shop' }, 'fault'), /scale/],
    ['start', () => runtime.start({ service: 'shop' }, 'operator'), /scale/],
  ])('refuses to %s a pod, and names what can be done instead', async (_, act, instead) => {
    const before = await podNames()
    await expect(act()).rejects.toMatchObject({
      code: 'FD_RUNTIME_UNSUPPORTED',
      details: { expected: expect.stringMatching(instead) },
    })
    expect(await podNames()).toEqual(before)
  })

  it.each([
    ['an unknown service', () => runtime.restart({ service: 'nothing' }, 'operator')],
    ['an unknown replica', () => runtime.restart({ service: 'shop', replica: 'shop-9' }, 'operator')],
  ])('refuses %s', async (_, act) => {
    await expect(act()).rejects.toMatchObject({ code: 'FD_RUNTIME_UNKNOWN_SERVICE' })
  })

  it('has the logs of each replica', async () => {
    expect(await runtime.logs({ service: 'shop', replica: 'shop-2' }, { lines: 1 })).toEqual([
      'the shop listens on 3900',
    ])
  })

  it('sends listeners and later readers the same events, numbered without gaps', async () => {
    const received: number[] = []
    const first = lastSequence()
    const off = runtime.onEvent((event) => received.push(event.sequence))
    await runtime.restart({ service: 'shop' }, 'operator')
    off()
    expect(received.length).toBeGreaterThan(3)
    expect(runtime.events(first).map((event) => event.sequence)).toEqual(received)
    expect(received).toEqual(received.map((_, index) => first + index + 1))
  })
})
