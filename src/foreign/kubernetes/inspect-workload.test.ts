import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Cluster } from '../../kubernetes/cluster.ts'
import { inspectWorkload } from './inspect-workload.ts'
import { TestWorkload } from './test-workload.ts'

let workload: TestWorkload
let cluster: Cluster
beforeEach(async () => {
  workload = await TestWorkload.start(2)
  cluster = workload.server.cluster()
})
afterEach(async () => {
  await cluster.close()
  await workload.server.close()
})

async function reports(more: { autoscaled?: boolean } = {}): Promise<string[]> {
  const found: string[] = []
  const place = { namespace: 'shop', kind: 'deployment', name: 'web' } as const
  await inspectWorkload(
    { kind: 'kubernetes', cluster: {}, workload: place, ...more },
    { clusters: { of: () => cluster }, report: (status, detail) => found.push(`${status} ${detail}`) },
  )
  return found
}

it('reports the pods of a workload that are ready', async () => {
  const names = workload.pods().map(({ metadata }) => metadata.name)
  expect(await reports()).toEqual([expect.stringMatching(`^ok deployment/web in shop, .*: ${names.join(', ')}$`)])
})

it('notes an autoscaler that is no part of the system, with the key that makes it one', async () => {
  workload.server.put('/apis/autoscaling/v1/namespaces/shop/horizontalpodautoscalers/web-scaler', {
    spec: { scaleTargetRef: { kind: 'Deployment', name: 'web' } },
  })
  expect(await reports()).toContain(
    'note deployment/web in shop: HorizontalPodAutoscaler web-scaler scales it; a run in which it does proves nothing; where that is part of the system: kubernetes: { workload: …, autoscaled: true }',
  )
  expect((await reports({ autoscaled: true })).join()).not.toContain('web-scaler')
})
