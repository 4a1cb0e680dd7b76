import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { done, notYet, sleep, waitUntil } from '../../base/wait.ts'
import type { FaultProxy } from '../fault-proxy.ts'
import type { Direction } from '../stream/stream.ts'
import { echo, startProxy, startUpstream, TestClient, type TestUpstream } from '../test-ends.ts'
import type { ActiveToxic } from './active-toxic.ts'
import { type ToxicType, toxicDefinition, toxics } from './toxics.ts'

/** A busy machine may be late at any time, but never early. How late it is on a quiet one, bench/proxy/proxy.ts measures. */
const LATE_MS = 10_000

let upstream: TestUpstream
let proxy: FaultProxy
beforeEach(async () => {
  upstream = await startUpstream(echo)
  proxy = await startProxy(upstream.port)
})
afterEach(async () => {
  await proxy.close()
  await upstream.close()
})

const client = () => TestClient.to(proxy.listen.port)
const add = (
  type: ToxicType,
  attributes: Record<string, number> = {},
  { stream = 'downstream', toxicity = 1, name = type }: { stream?: Direction; toxicity?: number; name?: string } = {},
) => proxy.addToxic({ name, type, stream, toxicity, attributes })

/** Resolves when that number of bytes has come to the toxic. */
const seen = (toxic: ActiveToxic, bytes: number) =>
  waitUntil(async () => (toxic.bytes === bytes ? done(undefined) : notYet(`${toxic.bytes} bytes`)), {
    what: `${bytes} bytes at the toxic`,
    timeoutMs: 20_000,
    intervalMs: 1,
  })

function expectAbout(measuredMs: number, askedMs: number) {
  expect(measuredMs).toBeGreaterThanOrEqual(askedMs - 2)
  expect(measuredMs).toBeLessThanOrEqual(askedMs + LATE_MS)
}

describe('toxics', () => {
  it.each(Object.entries(toxics))(
    '%s is listed under its own type, with a default, bounds and words for each attribute',
    (name, toxic) => {
      expect(toxic.type).toBe(name)
      for (const schema of Object.values(toxic.attributes.properties)) {
        expect(schema).toMatchObject({
          default: expect.any(Number),
          minimum: expect.any(Number),
          maximum: expect.any(Number),
        })
        expect(schema).toHaveProperty('description')
      }
    },
  )

  it.each(Object.keys(toxics) as ToxicType[])(
    '%s can come and go on an idle connection without breaking it',
    async (type) => {
      const one = await client()
      await one.roundTripMs()
      add(
        type,
        Object.fromEntries(
          Object.entries(toxicDefinition(type).attributes.properties).map(([key, schema]) => [
            key,
            (schema as { default: number }).default,
          ]),
        ),
      )
      proxy.removeToxics()
      expect(await one.roundTripMs()).toBeLessThan(LATE_MS)
    },
  )
})

describe('latency', () => {
  it.each(['upstream', 'downstream'] as const)(
    'delays what goes %s by latency, on connections that are there and on new ones',
    async (stream) => {
      const old = await client()
      await old.roundTripMs()
      add('latency', { latency: 120, jitter: 0 }, { stream })
      expectAbout(await old.roundTripMs(), 120)
      expectAbout(await (await client()).roundTripMs(), 120)
    },
  )

  it('delays a stream as a whole, not each piece behind the other', async () => {
    const one = await client()
    // One behind the other, its dozens of pieces would take longer than a busy machine is late.
    add('latency', { latency: 600, jitter: 0 })
    expectAbout(await one.roundTripMs('x'.repeat(2_000_000)), 600)
  })

  it('varies the delay by jitter, without changing the order', async () => {
    add('latency', { latency: 40, jitter: 30 })
    const one = await client()
    const times: number[] = []
    for (let n = 0; n < 30; n++) times.push(await one.roundTripMs(`${n % 10}`))
    expect(Math.min(...times)).toBeGreaterThanOrEqual(8)
    expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(20)
    expect(one.received.toString()).toBe('012345678901234567890123456789')
  })

  it('applies a change to what it already holds, and lets go of it at once when it is removed', async () => {
    const one = await client()
    const toxic = add('latency', { latency: 60_000, jitter: 0 })
    one.socket.write('first')
    await seen(toxic, 5)
    proxy.updateToxic(toxic, { attributes: { latency: 100, jitter: 0 } }, undefined)
    await one.has(5)
    proxy.updateToxic(toxic, { attributes: { latency: 60_000, jitter: 0 } }, undefined)
    one.socket.write(' second')
    await seen(toxic, 12)
    proxy.removeToxic(toxic.name)
    await one.has(12)
    expect(one.received.toString()).toBe('first second')
  })

  it('adds up over both directions and several toxics', async () => {
    add('latency', { latency: 50, jitter: 0 }, { stream: 'upstream' })
    add('latency', { latency: 30, jitter: 0 }, { name: 'back' })
    add('latency', { latency: 40, jitter: 0 }, { name: 'more' })
    expectAbout(await (await client()).roundTripMs(), 120)
  })
})

describe('bandwidth', () => {
  it.each([100, 2_000])('lets %i kB/s through', async (rate) => {
    add('bandwidth', { rate })
    const one = await client()
    const bytes = rate * 400
    const took = await one.roundTripMs('x'.repeat(bytes))
    expectAbout(took, 400)
  })

  it('lets nothing through at 0, and goes on when the rate is raised, without making up for the time lost', async () => {
    const toxic = add('bandwidth', { rate: 0 })
    const one = await client()
    one.socket.write('x'.repeat(30_000))
    await seen(toxic, 30_000)
    expect(one.length).toBe(0)
    const startedMs = performance.now()
    proxy.updateToxic(toxic, { attributes: { rate: 100 } }, undefined)
    await one.has(30_000)
    expectAbout((one.pieces.at(-1)?.atMs ?? 0) - startedMs, 300)
  })

  it('holds what passes in a fifth of a second, so that a late process can make up for it', async () => {
    add('bandwidth', { rate: 5_000 }, { stream: 'upstream' })
    const one = await client()
    one.socket.write(Buffer.alloc(20_000_000))
    await waitUntil(
      async () => {
        const { receivedBytes, sentBytes } = proxy.flows.upstream
        const heldBytes = receivedBytes - sentBytes
        return heldBytes > 900_000 ? done(undefined) : notYet(`${heldBytes} bytes are held`)
      },
      { what: 'a fifth of a second to be held', timeoutMs: 20_000, intervalMs: 1 },
    )
    one.socket.destroy()
  })

  it('makes the source wait instead of taking all it sends', async () => {
    add('bandwidth', { rate: 10 }, { stream: 'upstream' })
    const one = await client()
    one.socket.write(Buffer.alloc(50_000_000))
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(proxy.flows.upstream.receivedBytes).toBeLessThan(300_000)
    one.socket.destroy()
  })
})

describe('slow_close', () => {
  it('passes data on at once and the end after delay', async () => {
    add('slow_close', { delay: 150 })
    const one = await client()
    expect(await one.quickestMs()).toBeLessThan(148)
    const startedMs = performance.now()
    one.socket.end()
    expectAbout((await one.end()).atMs - startedMs, 150)
  })
})

describe('timeout', () => {
  it('lets nothing through and closes the connection after timeout', async () => {
    add('timeout', { timeout: 150 })
    const one = await client()
    const startedMs = performance.now()
    one.socket.write('lost')
    const { atMs } = await one.end()
    expectAbout(atMs - startedMs, 150)
    expect(one.length).toBe(0)
  })

  it('stays open at 0; once removed, a connection that lost something is closed, one that did not goes on', async () => {
    const toxic = add('timeout', { timeout: 0 })
    const [lossy, idle] = [await client(), await client()]
    lossy.socket.write('lost')
    await seen(toxic, 4)
    expect(lossy.ended).toBeUndefined()
    proxy.removeToxics()
    await lossy.end()
    expect(await idle.roundTripMs()).toBeLessThan(LATE_MS)
  })

  it('notices a client that gives up', async () => {
    add('timeout', { timeout: 0 }, { stream: 'upstream' })
    const one = await client()
    one.socket.write(Buffer.alloc(1_000_000), () => one.socket.destroy())
    await waitUntil(
      async () =>
        proxy.connections === 0 && upstream.sockets.size === 0 ? done(undefined) : notYet(`${proxy.connections}`),
      { what: 'the connection to be gone', timeoutMs: 20_000, intervalMs: 5 },
    )
  })
})

describe('reset_peer', () => {
  it('resets both sides, timeout after the first data', async () => {
    add('reset_peer', { timeout: 100 })
    const one = await client()
    const startedMs = performance.now()
    one.socket.write('x')
    const { how, atMs } = await one.end()
    expect(how).toBe('ECONNRESET')
    expectAbout(atMs - startedMs, 100)
    expect(one.length).toBe(0)
  })
})

describe('slicer', () => {
  it('sends pieces of about average_size, delay apart', async () => {
    add('slicer', { average_size: 100, size_variation: 20, delay: 5_000 })
    const one = await client()
    const took = await one.roundTripMs('x'.repeat(4_000))
    const sizes = one.pieces.map(({ bytes }) => bytes.length)
    expect(sizes.length).toBeGreaterThan(25)
    expect(Math.min(...sizes.slice(0, -1))).toBeGreaterThanOrEqual(80)
    expectAbout(took, 5 * (4_000 / 100 - 1) * 0.9)
  })
})

describe('limit_data', () => {
  it('passes a number of bytes and then closes the connection', async () => {
    add('limit_data', { bytes: 1_000 })
    const one = await client()
    one.socket.write('x'.repeat(600))
    await one.has(600)
    one.socket.write('y'.repeat(600))
    expect(await one.end()).toMatchObject({ how: 'end' })
    expect(one.received.toString()).toBe('x'.repeat(600) + 'y'.repeat(400))
  })
})

describe('stall', () => {
  it('stops the stream for duration when it strikes, and what comes behind waits too', async () => {
    add('stall', { probability: 1, duration: 120 })
    expectAbout(await (await client()).roundTripMs(), 120)
  })

  it('stalls the share of pieces that it is set to', async () => {
    add('stall', { probability: 0.3, duration: 200 })
    const one = await client()
    let struck = 0
    for (let n = 0; n < 40; n++) if ((await one.roundTripMs()) >= 198) struck++
    expect(struck).toBeGreaterThan(2)
    expect(struck).toBeLessThan(26)
  })
})

describe('fail_first', () => {
  it('resets the first new connections and leaves those there are, and later ones, alone', async () => {
    const old = await client()
    await old.roundTripMs()
    add('fail_first', { connections: 2, period: 0 })
    for (let n = 0; n < 2; n++) expect((await (await client()).end()).how).toBe('ECONNRESET')
    expect(await (await client()).roundTripMs()).toBeLessThan(LATE_MS)
    expect(await old.roundTripMs()).toBeLessThan(LATE_MS)
  })

  it('resets all new connections of a period', async () => {
    add('fail_first', { connections: 0, period: 2_000 })
    expect((await (await client()).end()).how).toBe('ECONNRESET')
    expect((await (await client()).end()).how).toBe('ECONNRESET')
    const served = async () => {
      const one = await client()
      one.socket.write('ping')
      while (one.ended === undefined && one.length === 0) await sleep(1)
      return one.ended === undefined ? done(undefined) : notYet(one.ended.how)
    }
    await waitUntil(served, { what: 'the period to be over', timeoutMs: 20_000, intervalMs: 10 })
  })
})

describe('toxicity', () => {
  it('harms that share of the connections, and the same ones when it is raised', async () => {
    const clients = await Promise.all(Array.from({ length: 120 }, client))
    for (const one of clients) await one.roundTripMs()
    const toxic = add('timeout', { timeout: 0 }, { toxicity: 0.25 })
    expect(toxic.connections).toBeGreaterThan(12)
    expect(toxic.connections).toBeLessThan(55)
    proxy.updateToxic(toxic, { toxicity: 0 }, undefined)
    await Promise.all(clients.map((one) => one.roundTripMs()))
    proxy.updateToxic(toxic, { toxicity: 1 }, undefined)
    for (const one of clients) one.socket.write('x')
    await seen(toxic, 120)
  })
})
