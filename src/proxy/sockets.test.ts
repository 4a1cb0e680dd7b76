import { readdir, readlink } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, describe, it } from 'vitest'
import { seededRandom } from '../base/random.ts'
import { done, notYet, waitUntil } from '../base/wait.ts'
import type { FaultProxy } from './fault-proxy.ts'
import { startProxy, startUpstream, type TestUpstream } from './test-ends.ts'
import type { NewToxic } from './toxics/active-toxic.ts'

let upstream: TestUpstream | undefined
let proxy: FaultProxy | undefined
afterEach(async () => {
  await proxy?.close()
  await upstream?.close()
})

const acts: ((socket: Socket) => void)[] = [
  (socket) => socket.write('a'),
  (socket) => socket.write(Buffer.alloc(200_000)),
  (socket) => socket.end(),
  (socket) => socket.end(),
  (socket) => socket.end('bye'),
  (socket) => (socket.connecting ? socket.destroy() : socket.resetAndDestroy()),
  (socket) => socket.destroy(),
  (socket) => socket.pause(),
  (socket) => socket.resume(),
]

const pauses: (() => Promise<void>)[] = [
  async () => undefined,
  () => new Promise((resolve) => process.nextTick(resolve)),
  () => new Promise((resolve) => setImmediate(resolve)),
  () => delay(1),
  () => delay(3),
]

/** Does something, a few times, and then is gone. Never what Node cannot do: reset a socket that is sending its FIN, or will. */
async function misbehave(socket: Socket, random: () => number): Promise<void> {
  const one = <T>(of: readonly T[]) => of[Math.floor(random() * of.length)] as T
  if (random() < 0.8) socket.resume()
  for (let left = 1 + Math.floor(random() * 4); left > 0 && !socket.destroyed; left--) {
    const isSendingFin = socket.writableEnded && !socket.writableFinished
    if (!isSendingFin) one(acts)(socket)
    await one(pauses)()
  }
  await delay(random() * 5)
  socket.destroy()
}

const toxics: Omit<NewToxic, 'name' | 'stream'>[] = [
  { type: 'reset_peer', toxicity: 0.7, attributes: { timeout: 0 } },
  { type: 'reset_peer', toxicity: 0.7, attributes: { timeout: 2 } },
  { type: 'timeout', toxicity: 0.5, attributes: { timeout: 1 } },
  { type: 'limit_data', toxicity: 0.5, attributes: { bytes: 100 } },
  { type: 'slow_close', toxicity: 0.5, attributes: { delay: 2 } },
  { type: 'latency', toxicity: 0.5, attributes: { latency: 2, jitter: 2 } },
  { type: 'slicer', toxicity: 0.5, attributes: { average_size: 10, size_variation: 5, delay: 10 } },
]

async function openSockets(): Promise<number> {
  const files = await readdir('/proc/self/fd')
  const targets = await Promise.all(files.map((file) => readlink(`/proc/self/fd/${file}`).catch(() => '')))
  return targets.filter((target) => target.startsWith('socket:')).length
}

/** Connections one after the other, `atOnce` at a time, while toxics come and go. */
async function storm(connections: number, seed: number): Promise<void> {
  const random = seededRandom(seed)
  const serving: Promise<void>[] = []
  upstream = await startUpstream((socket) => void serving.push(misbehave(socket, random)))
  const faulty = await startProxy(upstream.port, random)
  proxy = faulty
  let opened = 0
  const open = async () => {
    while (opened++ < connections) {
      if (random() < 0.02) faulty.removeToxics()
      if (random() < 0.02 && faulty.toxics().length < 3) {
        const toxic = toxics[Math.floor(random() * toxics.length)] as NewToxic
        faulty.addToxic({ ...toxic, name: `t${opened}`, stream: random() < 0.5 ? 'upstream' : 'downstream' })
      }
      if (random() < 0.002) {
        await faulty.stop()
        await faulty.start()
      }
      const socket = connect({ port: faulty.listen.port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true })
      socket.on('error', () => undefined)
      await misbehave(socket, random)
    }
  }
  await Promise.all(Array.from({ length: 40 }, open))
  await Promise.all(serving)
}

describe('sockets', () => {
  it.skipIf(process.platform !== 'linux')(
    'are all closed, in any order in which both sides write, end and reset while toxics come and go',
    { timeout: 60_000 },
    async () => {
      const before = await openSockets()
      await storm(2_000, 19)
      await waitUntil(
        async () => (proxy?.connections === 0 ? done(undefined) : notYet(`${proxy?.connections} connections`)),
        { what: 'every connection to end', timeoutMs: 10_000, intervalMs: 10 },
      )
      await proxy?.close()
      await upstream?.close()
      await waitUntil(
        async () => {
          const now = await openSockets()
          return now <= before ? done(undefined) : notYet(`${now} sockets are open, ${before} were before`)
        },
        { what: 'every socket to be closed', timeoutMs: 10_000, intervalMs: 10 },
      )
    },
  )
})
