import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { root } from '../e2e/firedrill.ts'
import { Shop } from './shop.ts'
import { testCluster } from './test-cluster.ts'

/** A system in pods, and a drill on it, from the command line. */
describe('a drill on a system that runs on Kubernetes', () => {
  let shop: Shop
  beforeAll(async () => {
    shop = await Shop.start(testCluster())
  })
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
    expect(journal.reasons).toEqual([])
    expect(journal).toMatchObject({
      verdict: 'held',
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
})
