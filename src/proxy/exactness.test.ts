import { createHash, type Hash } from 'node:crypto'
import type { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { seededRandom } from '../base/random.ts'
import type { FaultProxy } from './fault-proxy.ts'
import { directions } from './stream/stream.ts'
import { startProxy, startUpstream, TestClient, type TestUpstream } from './test-ends.ts'
import type { NewToxic } from './toxics/active-toxic.ts'
import type { ToxicType } from './toxics/toxics.ts'

/** Toxics that lose nothing, each with random attributes. */
const harmless: Record<string, (random: () => number) => Record<string, number>> = {
  latency: (random) => ({ latency: Math.floor(random() * 30), jitter: Math.floor(random() * 10) }),
  bandwidth: (random) => ({ rate: Math.floor(2_000 + random() * 50_000) }),
  slicer: (random) => ({
    average_size: Math.floor(500 + random() * 20_000),
    size_variation: Math.floor(random() * 400),
    delay: Math.floor(random() * 300),
  }),
  stall: (random) => ({ probability: random() * 0.3, duration: Math.floor(random() * 20) }),
  slow_close: (random) => ({ delay: Math.floor(random() * 50) }),
  noop: () => ({}),
}

/** Sends random pieces at a random pace, then a FIN; answers with the hash of what was sent. */
async function send(socket: Socket, total: number, random: () => number): Promise<string> {
  const hash = createHash('sha256')
  for (let sent = 0; sent < total; ) {
    const size = Math.min(
      total - sent,
      random() < 0.5 ? 1 + Math.floor(random() * 3_000) : Math.floor(random() * 200_000),
    )
    const piece = Buffer.alloc(size, Math.floor(random() * 256))
    for (let at = 0; at < size; at += 97) piece[at] = Math.floor(random() * 256)
    hash.update(piece)
    sent += size
    if (!socket.write(piece)) await new Promise<void>((resolve) => socket.once('drain', resolve))
    if (random() < 0.1) await delay(Math.floor(random() * 5))
  }
  socket.end()
  return hash.digest('hex')
}

/** Reads to the FIN, at times slowly, so that what comes has to wait on the way. */
function receive(socket: Socket, hash: Hash, random: () => number): Promise<string> {
  socket.on('data', (bytes: Buffer) => {
    hash.update(bytes)
    if (random() > 0.05) return
    socket.pause()
    setTimeout(() => socket.resume(), random() * 10)
  })
  return new Promise((resolve, reject) => {
    socket.once('end', () => resolve(hash.digest('hex')))
    socket.once('error', reject)
  })
}

/** Adds, changes and removes toxics until it is stopped. */
async function meddle(proxy: FaultProxy, random: () => number, signal: AbortSignal): Promise<number> {
  const types = Object.keys(harmless)
  let changes = 0
  for (; !signal.aborted; changes++) {
    const active = proxy.toxics()
    const one = active[Math.floor(random() * active.length)]
    const dice = random()
    if (one === undefined || (dice < 0.4 && active.length < 6)) {
      const type = types[Math.floor(random() * types.length)] as ToxicType
      const toxic: NewToxic = {
        name: `toxic-${changes}`,
        type,
        stream: directions[Math.floor(random() * 2)] ?? 'upstream',
        toxicity: random() < 0.7 ? 1 : random(),
        attributes: harmless[type]?.(random) ?? {},
      }
      proxy.addToxic(toxic, random() < 0.2 ? Math.ceil(random() * 20) : null)
    } else if (dice < 0.7) {
      proxy.updateToxic(
        one,
        { attributes: harmless[one.type]?.(random) ?? {}, toxicity: random() < 0.5 ? 1 : random() },
        undefined,
      )
    } else proxy.removeToxic(one.name)
    await delay(random() * 12)
  }
  proxy.removeToxics()
  return changes
}

let upstream: TestUpstream | undefined
let proxy: FaultProxy | undefined
afterEach(async () => {
  await proxy?.close()
  await upstream?.close()
})

describe('bytes', () => {
  it.each([11, 12, 13, 14, 15, 16])(
    'are the same, in order, both ways, while toxics come, change and go (seed %i)',
    { timeout: 60_000 },
    async (seed) => {
      const seeded = (stream: number) => seededRandom(seed * 100 + stream)
      const sent: Promise<string>[] = []
      const got: Promise<string>[] = []
      const total = 6_000_000
      const pairs = 4
      let accepted = 0
      upstream = await startUpstream((socket) => {
        const n = accepted++
        sent.push(send(socket, total, seeded(10 + n)))
        got.push(receive(socket, createHash('sha256'), seeded(20 + n)))
      })
      proxy = await startProxy(upstream.port, seeded(1))
      const over = new AbortController()
      const meddling = meddle(proxy, seeded(2), over.signal)
      const clients = await Promise.all(
        Array.from({ length: pairs }, async (_, n) => {
          const { socket } = await TestClient.to(proxy?.listen.port ?? 0)
          return Promise.all([
            send(socket, total, seeded(30 + n)),
            receive(socket, createHash('sha256'), seeded(40 + n)),
          ])
        }),
      )
      const servers = await Promise.all([...sent, ...got])
      over.abort()
      expect(await meddling).toBeGreaterThan(10)
      expect(clients.map(([, digest]) => digest).sort()).toEqual(servers.slice(0, pairs).sort())
      expect(clients.map(([digest]) => digest).sort()).toEqual(servers.slice(pairs).sort())
      expect(proxy.flows.upstream).toEqual({ receivedBytes: total * pairs, sentBytes: total * pairs })
    },
  )
})
