import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FakeRuntime } from '../../../runtimes/fake/runtime.ts'
import type { ServiceStatus } from '../../../runtimes/runtime.ts'
import { profiles } from '../../../stack/profile.ts'
import { describeStack } from '../../../stack/topology.ts'
import { Usage } from './usage.ts'

let prometheus: Server
let asked: string[]
let answers: Record<string, { instance: string; value: string }[]>
beforeEach(async () => {
  asked = []
  answers = {
    up: [
      { instance: 'store-1', value: '1' },
      { instance: 'worker-1', value: '0' },
    ],
  }
  prometheus = createServer((request, response) => {
    const query = new URL(request.url ?? '', 'http://x').searchParams.get('query') ?? ''
    asked.push(query)
    const [, samples = []] = Object.entries(answers).find(([beginning]) => query.startsWith(beginning)) ?? []
    const result = samples.map(({ instance, value }) => ({ metric: { instance }, value: [1, value] }))
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }))
  })
  await new Promise<void>((resolve) => prometheus.listen(0, '127.0.0.1', resolve))
})
afterEach(async () => {
  await new Promise((resolve) => prometheus.close(resolve))
})

/** A runtime whose Prometheus is the one of the test, and whose store is this process. */
class TestRuntime extends FakeRuntime {
  override services(): ServiceStatus[] {
    const { port } = prometheus.address() as AddressInfo
    return super.services().map((service) => ({
      ...service,
      replicas: service.replicas.map((replica) => ({
        ...replica,
        ...(service.name === 'prometheus' ? { address: { host: '127.0.0.1', port } } : {}),
        ...(service.name === 'store' ? { pid: process.pid } : {}),
      })),
    }))
  }
}

async function usageOf(runsHere: boolean): Promise<Usage> {
  const runtime = new TestRuntime(describeStack(profiles.lab))
  await runtime.up()
  return new Usage({ runtime, authorizations: new Map(), exporterScrapeMs: 1_000, runsHere })
}
const of = async (usage: Usage, id: string) => (await usage.view()).replicas.find(({ replica }) => replica === id)

describe('what replicas use', () => {
  it.runIf(process.platform === 'linux')(
    'comes from /proc where they run on this machine, control included',
    async () => {
      const usage = await usageOf(true)
      expect(await of(usage, 'store-1')).toMatchObject({ service: 'store', up: true })
      expect((await of(usage, 'store-1'))?.memoryBytes).toBeGreaterThan(10_000_000)
      expect((await of(usage, 'control'))?.cpuCores).toBeGreaterThanOrEqual(0)
      expect((await usage.view()).machine?.cores).toBeGreaterThan(0)
      // Once, or again where the machine is slow: nothing else is asked for.
      expect([...new Set(asked)]).toEqual(['up{service!=""}'])
    },
  )

  it('comes from Prometheus where their pids are of other machines', async () => {
    answers.rate = [{ instance: 'store-1', value: '0.25' }]
    answers.process_resident = [{ instance: 'store-1', value: '52428800' }]
    const usage = await usageOf(false)
    expect(await of(usage, 'store-1')).toEqual({
      service: 'store',
      replica: 'store-1',
      cpuCores: 0.25,
      memoryBytes: 52_428_800,
      up: true,
    })
    expect(await of(usage, 'worker-1')).toMatchObject({ cpuCores: null, up: false })
    expect(await of(usage, 'redis-1')).toMatchObject({ cpuCores: null, memoryBytes: null, up: null })
    expect((await usage.view()).machine).toBeNull()
    expect(asked).toContain('rate(process_cpu_seconds_total{service!=""}[4s])')
  })

  it('is asked for once by all who ask within a second', async () => {
    const usage = await usageOf(false)
    await Promise.all(Array.from({ length: 50 }, () => usage.view()))
    expect(asked).toHaveLength(3)
  })

  it('says which source did not answer, and shows the rest', async () => {
    const usage = await usageOf(false)
    prometheus.removeAllListeners('request').on('request', (_request, response) => response.writeHead(503).end())
    const { replicas, problems } = await usage.view()
    expect(problems.join()).toMatch(/^prometheus: /)
    expect(replicas.length).toBeGreaterThan(10)
  })
})
