import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { stormDelivery } from '../../bench/responder/storm-alerts.ts'
import { lostOf } from '../../bench/responder/storm-log.ts'
import { StormedResponder } from '../../bench/responder/stormed-responder.ts'
import { sleep } from '../../src/base/wait.ts'
import { root } from './firedrill.ts'

const KILLS = 6
const AT_ONCE = 16

let responder: StormedResponder
beforeAll(async () => {
  responder = await StormedResponder.create(join(root, 'bin', 'firedrill.js'))
})
afterAll(() => responder?.remove())

describe('a responder that is killed with -9 under a storm of deliveries', () => {
  it('has every alert in its log whose delivery it answered', async () => {
    const answered = new Set<number>()
    let next = 0
    for (let kill = 0; kill < KILLS; kill++) {
      await responder.start(AT_ONCE)
      const before = answered.size
      let more = true
      const work = async () => {
        while (more) {
          const numbers = Array.from({ length: 1 + Math.floor(Math.random() * 100) }, () => next++)
          if (await responder.deliver(stormDelivery(numbers))) for (const number of numbers) answered.add(number)
        }
      }
      const storm = Promise.all(Array.from({ length: AT_ONCE }, work))
      while (answered.size === before) await sleep(5)
      await sleep(Math.random() * 100)
      more = false
      await responder.kill()
      await storm
    }
    expect(answered.size).toBeGreaterThan(KILLS)
    expect(await lostOf(responder.log, answered)).toBe(0)
  })
})

describe('a responder with a thousand readers of its stream, half of whom do not read', () => {
  const READERS = 1_000
  const DELIVERIES = 200
  const sockets: Socket[] = []
  afterAll(() => {
    for (const socket of sockets) socket.destroy()
  })

  it('answers as without them, holds little for the slow ones, and refuses those beyond', async () => {
    let next = 1_000_000
    await responder.start(1)
    const median = async () => {
      const tookMs: number[] = []
      for (let sent = 0; sent < DELIVERIES; sent++) {
        const sinceMs = performance.now()
        expect(await responder.deliver(stormDelivery([next++, next++, next++, next++]))).toBe(true)
        tookMs.push(performance.now() - sinceMs)
      }
      return tookMs.sort((a, b) => a - b)[DELIVERIES / 2] ?? Number.NaN
    }
    await median()
    const [alone, aloneBytes] = [await median(), await responder.residentBytes()]
    const { hostname, port } = new URL(responder.address)
    const read = { bytes: 0, answers: 0 }
    for (let number = 0; number < READERS; number++) {
      const socket = connect(Number(port), hostname)
      socket.on('error', () => undefined)
      socket.once('data', () => read.answers++)
      socket.on('data', (data) => {
        read.bytes += data.length
        if (number % 2 === 0) socket.pause()
      })
      socket.write('GET /incidents/stream HTTP/1.1\r\nHost: localhost\r\n\r\n')
      sockets.push(socket)
    }
    while (read.answers < READERS) await sleep(10)
    expect((await fetch(`${responder.address}/incidents/stream`)).status).toBe(503)
    const before = read.bytes
    const together = await median()
    expect(read.bytes).toBeGreaterThan(before)
    const grownMebibytes = ((await responder.residentBytes()) - aloneBytes) / 2 ** 20
    process.stdout.write(
      `median ${alone.toFixed(1)} ms, with them ${together.toFixed(1)} ms; ${grownMebibytes.toFixed(0)} MiB more\n`,
    )
    expect(together).toBeLessThan(3 * alone + 10)
    expect(grownMebibytes).toBeLessThan(200)
    await responder.kill()
  })
})
