import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Workload } from '../../src/kubernetes/objects.ts'
import { Shop } from './shop.ts'
import { testCluster } from './test-cluster.ts'

/** Actions of a drill on a system in pods, and a steady state that is asked through the API server. */
describe('a drill with actions on a system that runs on Kubernetes', () => {
  let shop: Shop
  beforeAll(async () => {
    shop = await Shop.start(testCluster(), { prefix: 'actions', warmUpMs: 500 })
    await shop.namespace.apply({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'shop-entry' },
      spec: { selector: { app: 'shop' }, ports: [{ name: 'http', port: 80, targetPort: 'metrics' }] },
    })
    const described = await readFile(shop.file('firedrill.yaml'), 'utf8')
    const kubernetes = '{ workload: deployment/shop, service: shop-entry, port: http }'
    await writeFile(shop.file('firedrill.yaml'), described.replace('{ workload: deployment/shop }', kubernetes))
  })
  afterAll(() => shop?.remove())

  const drill = async (method: string): ReturnType<Shop['drill']> => {
    await mkdir(shop.file('drills'), { recursive: true })
    await writeFile(
      shop.file('drills/actions.yaml'),
      `title: Actions
why: It is a test
steadyState:
  - http: shop
    path: /health
load: none
method:
${method}
expectations:
  - steady: true
    within: 20s
  # Pods that end are scraped until Prometheus has found that they are no targets any more.
  - noOtherAlert: { except: [ShopPodDown, ShopTooFew] }
`,
    )
    return shop.drill('actions')
  }
  /** What was done is what counts here: a machine with too much to do lets nothing be judged. */
  const expectDone = ({ verdict, reasons }: Awaited<ReturnType<Shop['drill']>>) =>
    expect(['held', 'inconclusive'], reasons.join('; ')).toContain(verdict)
  const workload = () => shop.namespace.read<Workload>(['deployment/shop'])
  const names = async () => (await shop.namespace.pods('app=shop')).map(({ metadata }) => metadata.name).sort()

  it('restarts all of its pods as a rollout, while the Service answers', async () => {
    const before = await names()
    const journal = await drill('  - { at: 1s, action: restart, target: shop }')
    expectDone(journal)
    expect(journal.expectations.find(({ kind }) => kind === 'steady')).toMatchObject({ met: true })
    expect((await names()).filter((name) => before.includes(name))).toEqual([])
  })

  it('scales it, and back at the end', async () => {
    const journal = await drill('  - { at: 1s, action: scale, target: shop, to: 3 }')
    expectDone(journal)
    expect(JSON.stringify(journal)).toContain('shop went from 2 to 3')
    expect((await workload()).spec.replicas).toBe(2)
  })

  it('is refused, and says why, where the description names no workload of the cluster', async () => {
    const described = await readFile(shop.file('firedrill.yaml'), 'utf8')
    const wrong = shop.file('wrong.yaml')
    await writeFile(wrong, described.replace('deployment/shop', 'deployment/shap'))
    const { exitCode, stderr } = await shop.run(['run', shop.file('drills/actions.yaml'), '--system', wrong])
    expect(exitCode).not.toBe(0)
    expect(stderr).toContain('there is no deployment/shap in ')
  })
})
