import { connect } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { done, notYet, waitUntil } from '../base/wait.ts'
import { FaultProxy } from './fault-proxy.ts'
import { echo, startProxy, startUpstream, TestClient, type TestUpstream } from './test-ends.ts'

let upstream: TestUpstream | undefined
let proxy: FaultProxy | undefined
afterEach(async () => {
  await proxy?.close()
  await upstream?.close()
})

async function through(
  serve: Parameters<typeof startUpstream>[0],
): Promise<{ proxy: FaultProxy; upstream: TestUpstream }> {
  upstream = await startUpstream(serve)
  proxy = await startProxy(upstream.port)
  return { proxy, upstream }
}

describe('a proxy', () => {
  it('keeps a half-closed connection half-closed', async () => {
    const { proxy } = await through((socket) => {
      const got: Buffer[] = []
      socket.on('data', (bytes) => got.push(bytes))
      socket.on('end', () => socket.end(`got ${Buffer.concat(got).length} bytes`))
    })
    const client = await TestClient.to(proxy.listen.port)
    client.socket.end('x'.repeat(100_000))
    expect((await client.end()).how).toBe('end')
    expect(client.received.toString()).toBe('got 100000 bytes')
  })

  it('passes a reset on as a reset, either way', async () => {
    const failures: string[] = []
    const { proxy } = await through((socket) => {
      socket.on('error', (error: NodeJS.ErrnoException) => failures.push(error.code ?? ''))
      socket.once('data', (bytes) => {
        if (bytes.toString() === 'reset me') socket.resetAndDestroy()
        else socket.write('ok')
      })
    })
    const client = await TestClient.to(proxy.listen.port)
    client.socket.write('reset me')
    expect((await client.end()).how).toBe('ECONNRESET')

    const other = await TestClient.to(proxy.listen.port)
    other.socket.write('stay')
    await other.has(2)
    other.socket.resetAndDestroy()
    await waitUntil(async () => (failures.length > 0 && proxy.connections === 0 ? done(undefined) : notYet('')), {
      what: 'the reset to arrive and no connection to be left',
      timeoutMs: 5_000,
      intervalMs: 1,
    })
    expect(failures).toEqual(['ECONNRESET'])
  })

  it('ends a client whose upstream cannot be reached, and serves the next one once it can', async () => {
    const { proxy, upstream: first } = await through(echo)
    await first.close()
    expect((await (await TestClient.to(proxy.listen.port)).end()).how).toBe('end')
    expect(proxy.connections).toBe(0)
    upstream = await startUpstream(echo, first.port)
    expect(await (await TestClient.to(proxy.listen.port)).roundTripMs()).toBeLessThan(1_000)
  })

  it('refuses connections while it is stopped, ends those there were, and comes back on the same port', async () => {
    const { proxy } = await through(echo)
    const { port } = proxy.listen
    const client = await TestClient.to(port)
    await client.roundTripMs()
    await proxy.stop()
    await client.end()
    await expect(TestClient.to(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    await proxy.start()
    expect(proxy.listen.port).toBe(port)
    expect(await (await TestClient.to(port)).roundTripMs()).toBeLessThan(1_000)
  })

  it('comes back by itself when it was stopped for a time', async () => {
    const { proxy } = await through(echo)
    const { port } = proxy.listen
    const stoppedMs = performance.now()
    await proxy.stop(150)
    expect(proxy.disabledForMs).toBeGreaterThan(50)
    await waitUntil(async () => done((await TestClient.to(port)).socket.destroy()), {
      what: 'it to be back',
      timeoutMs: 2_000,
      intervalMs: 5,
    })
    expect(performance.now() - stoppedMs).toBeGreaterThanOrEqual(149)
    expect(performance.now() - stoppedMs).toBeLessThan(1_500)
  })

  /** Its time is over, and somebody else has its port. */
  async function inVain(): Promise<{ proxy: FaultProxy; port: number; other: TestUpstream }> {
    const { proxy } = await through(echo)
    const { port } = proxy.listen
    await proxy.stop()
    const other = await startUpstream(echo, port)
    await proxy.stop(1)
    await waitUntil(async () => ((proxy.disabledForMs ?? 0) > 1 ? done(undefined) : notYet('it has not tried')), {
      what: 'it to try in vain',
      timeoutMs: 20_000,
      intervalMs: 1,
    })
    return { proxy, port, other }
  }

  it('comes back by itself once nobody else has its port', async () => {
    const { proxy, port, other } = await inVain()
    await other.close()
    await waitUntil(async () => (proxy.isEnabled ? done(undefined) : notYet('it is down')), {
      what: 'it to be back',
      timeoutMs: 20_000,
      intervalMs: 5,
    })
    expect(await (await TestClient.to(port)).roundTripMs()).toBeLessThan(10_000)
  })

  it('does not come back when it is closed while somebody else has its port', async () => {
    const { proxy, other } = await inVain()
    await proxy.close()
    await other.close()
    expect([proxy.isEnabled, proxy.disabledForMs]).toEqual([false, undefined])
  })

  it('listens when it has started, for each that starts it at the same time', async () => {
    const twice = new FaultProxy({ name: 'twice', listen: 'localhost:0', upstream: '127.0.0.1:9', random: () => 0 })
    try {
      const first = twice.start()
      await twice.start()
      expect(twice.listen.port).toBeGreaterThan(0)
      await first
    } finally {
      await twice.close()
    }
  })

  it('carries 2,000 connections at once', { timeout: 30_000 }, async () => {
    const { proxy } = await through(echo)
    const clients: TestClient[] = []
    for (let n = 0; n < 20; n++)
      clients.push(...(await Promise.all(Array.from({ length: 100 }, () => TestClient.to(proxy.listen.port)))))
    const texts = clients.map((_, n) => `hello from ${n}`)
    await Promise.all(clients.map((client, n) => client.roundTripMs(texts[n])))
    expect(proxy.connections).toBe(2_000)
    expect(clients.map((client) => client.received.toString())).toEqual(texts)
    for (const client of clients) client.socket.destroy()
    await waitUntil(async () => (proxy.connections === 0 ? done(undefined) : notYet(`${proxy.connections}`)), {
      what: 'no connection to be left',
      timeoutMs: 5_000,
      intervalMs: 10,
    })
  })

  it('reads no faster than the other side takes', async () => {
    const { proxy } = await through((socket) => socket.pause())
    const socket = connect({ port: proxy.listen.port, host: '127.0.0.1' })
    socket.write(Buffer.alloc(200_000_000))
    let before = -1
    await waitUntil(
      async () => {
        const { receivedBytes } = proxy.flows.upstream
        const isSteady = receivedBytes > 0 && receivedBytes === before
        before = receivedBytes
        return isSteady ? done(undefined) : notYet(`${receivedBytes}`)
      },
      { what: 'the proxy to stop reading', timeoutMs: 5_000, intervalMs: 100 },
    )
    // What the system's own buffers of the two connections hold, and no more.
    expect(before).toBeLessThan(40_000_000)
    socket.destroy()
  })
})

describe('a lease', () => {
  it('takes a toxic away in time when nobody renews it, and keeps it as long as somebody does', async () => {
    const { proxy } = await through(echo)
    const toxic = proxy.addToxic(
      { name: 'one', type: 'latency', stream: 'upstream', toxicity: 1, attributes: { latency: 5_000, jitter: 0 } },
      200,
    )
    const startedMs = performance.now()
    await new Promise((resolve) => setTimeout(resolve, 120))
    proxy.updateToxic(toxic, {}, 200)
    const client = await TestClient.to(proxy.listen.port)
    client.socket.write('held')
    await client.has(4)
    const tookMs = performance.now() - startedMs
    expect(tookMs).toBeGreaterThanOrEqual(319)
    expect(tookMs).toBeLessThan(1_500)
    expect(proxy.toxics()).toEqual([])
  })
})
