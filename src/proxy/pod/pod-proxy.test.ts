import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { done, notYet, waitUntil } from '../../base/wait.ts'
import { echo, startUpstream, TestClient, type TestUpstream } from '../test-ends.ts'
import { PodProxy } from './pod-proxy.ts'
import type { PodToxic } from './pod-proxy-plan.ts'

let upstream: TestUpstream
let proxy: PodProxy | undefined
beforeEach(async () => {
  upstream = await startUpstream(echo)
})
afterEach(async () => {
  await proxy?.close()
  await upstream.close()
})

const latency: PodToxic = {
  type: 'latency',
  stream: 'downstream',
  toxicity: 1,
  attributes: { latency: 200, jitter: 0 },
}

async function start(toxic: PodToxic | undefined, port = upstream.port): Promise<PodProxy> {
  const ports = [{ listen: 0, upstream: `127.0.0.1:${port}` }]
  const started = new PodProxy({ ports, seed: 1, readyPort: 0, ...(toxic === undefined ? {} : { toxic }) })
  proxy = started
  await started.start()
  return started
}

describe('the proxy in a pod', () => {
  it('harms what passes, and counts what has come to it', async () => {
    const { ports, counts } = await start(latency)
    expect(counts).toEqual({ isReady: true, accepted: 0, connections: 0, bytes: 0 })
    const client = await TestClient.to(ports[0] ?? 0)
    expect(await client.roundTripMs('ping')).toBeGreaterThan(190)
    expect(proxy?.counts).toEqual({ isReady: true, accepted: 1, connections: 1, bytes: 4 })
    client.socket.destroy()
  })

  it('begins the toxic with the first connection: of a period nothing is over before', async () => {
    const { ports } = await start({
      type: 'fail_first',
      stream: 'downstream',
      toxicity: 1,
      attributes: { connections: 0, period: 30_000 },
    })
    const client = await TestClient.to(ports[0] ?? 0)
    expect((await client.end()).how).toBe('ECONNRESET')
    expect(proxy?.counts).toMatchObject({ accepted: 1, connections: 1 })
  })

  it('is not ready before it has reached the pods, and says why', async () => {
    const { port } = upstream
    await upstream.close()
    const starting = start(latency, port)
    await waitUntil(async () => (proxy?.counts.why === undefined ? notYet('no reason') : done(undefined)), {
      what: 'a reason',
      timeoutMs: 20_000,
      intervalMs: 20,
    })
    expect(proxy?.counts).toMatchObject({ isReady: false, why: expect.stringContaining('ECONNREFUSED') })
    upstream = await startUpstream(echo, port)
    await starting
    expect(proxy?.counts).toEqual({ isReady: true, accepted: 0, connections: 0, bytes: 0 })
  })

  it('listens nowhere where it has no toxic: connections are refused', async () => {
    const started = await start(undefined)
    expect(started.counts.isReady).toBe(true)
    // It would have another number by now.
    expect(started.ports).toEqual([0])
  })

  it('harms nothing more while it drains, and ends when its connections have', async () => {
    const { ports } = await start(latency)
    const client = await TestClient.to(ports[0] ?? 0)
    await client.roundTripMs()
    let hasDrained = false
    const draining = proxy?.drain().then(() => {
      hasDrained = true
    })
    expect(await client.quickestMs()).toBeLessThan(190)
    expect(hasDrained).toBe(false)
    client.socket.end()
    await draining
    expect(hasDrained).toBe(true)
  })
})
