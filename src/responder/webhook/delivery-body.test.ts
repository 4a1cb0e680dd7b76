import { once } from 'node:events'
import { type ClientRequest, type IncomingMessage, request } from 'node:http'
import { pino } from 'pino'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createHttpServer, type HttpServer } from '../../base/http/http-server.ts'
import { DeliveryBodies } from './delivery-body.ts'
import type { Delivery } from './webhook.ts'

/** The start of a delivery of that number of alerts, each with about 8 KiB of labels: all that is kept of one. */
const start = (alerts: number) => {
  const one = (n: number) => ({ labels: { n: String(n), a: 'x'.repeat(4_000), b: 'y'.repeat(4_000) } })
  return `{"groupKey":"g","alerts":[${Array.from({ length: alerts }, (_, n) => JSON.stringify(one(n))).join(',')}`
}
interface Begun {
  asked: ClientRequest
  status?: number | 'reset'
}
const refused = (begun: readonly Begun[]) => begun.filter(({ status }) => status === 503 || status === 'reset').length
const MEBIBYTE = 1024 * 1024

describe('the bodies of deliveries', () => {
  let app: HttpServer
  const open: ClientRequest[] = []
  afterEach(async () => {
    for (const one of open.splice(0)) one.destroy()
    await app.close()
  })

  async function listen(bodies: DeliveryBodies, more: { requestTimeoutMs?: number } = {}): Promise<void> {
    app = createHttpServer({ logger: pino({ level: 'silent' }), ...more })
    app.addContentTypeParser('application/json', (_request: unknown, body: IncomingMessage) =>
      bodies.read(body, Date.now()),
    )
    app.post('/', async (asked) => ({ received: (asked.body as Delivery).alerts.length }))
    await app.listen({ host: '127.0.0.1', port: 0 })
  }

  /** A request that has begun, and what came of it. A refusal may be lost when it comes while much is still being sent. */
  function begin(text: string): Begun {
    const { port } = app.server.address() as { port: number }
    const headers = { 'content-type': 'application/json', 'transfer-encoding': 'chunked' }
    const asked = request({ host: '127.0.0.1', port, method: 'POST', headers })
    const begun: Begun = { asked }
    open.push(asked)
    asked.on('error', () => {
      begun.status ??= 'reset'
    })
    asked.on('response', (answer: IncomingMessage) => {
      begun.status = answer.statusCode ?? 0
      answer.resume()
    })
    asked.write(text)
    return begun
  }

  async function deliver(text: string): Promise<number | undefined> {
    const { asked } = begin(text)
    asked.end()
    const [answer] = (await once(asked, 'response')) as [IncomingMessage]
    answer.resume()
    return answer.statusCode
  }

  it('hold 64 MiB together, however long each is; beyond, a sender has to come back', async () => {
    await listen(new DeliveryBodies())
    const text = start(1_000)
    // Each holds about 16 MiB: its thousand alerts.
    const begun = Array.from({ length: 6 }, () => begin(text))
    await vi.waitFor(() => expect(refused(begun)).toBeGreaterThanOrEqual(2), {
      timeout: 20_000,
    })
    // What was begun is finished, and what it held is given back.
    for (const { asked } of begun) asked.end(']}')
    await vi.waitFor(() => expect(begun.every((one) => one.status !== undefined)).toBe(true), { timeout: 20_000 })
    expect(begun.filter((one) => one.status === 200).length).toBeGreaterThanOrEqual(3)
    expect(await deliver(`${text}]}`)).toBe(200)
  })

  it('count what there is of an alert that has not ended', async () => {
    await listen(new DeliveryBodies(MEBIBYTE))
    const text = `{"groupKey":"g","more":"${'x'.repeat(MEBIBYTE)}","alerts":[{"labels":{"a":"${'x'.repeat(400_000)}`
    const begun = Array.from({ length: 4 }, () => begin(text))
    await vi.waitFor(() => expect(refused(begun)).toBeGreaterThanOrEqual(1), {
      timeout: 20_000,
    })
  })

  it.each([50, 300])('go through alone, with any content: %d alerts', async (alerts) => {
    await listen(new DeliveryBodies(MEBIBYTE / 8))
    expect(await deliver(`${start(alerts)}]}`)).toBe(200)
  })

  it('that are not finished are given up in time, and what they held is given back', async () => {
    await listen(new DeliveryBodies(MEBIBYTE / 8), { requestTimeoutMs: 3_000 })
    const begun = [begin(start(100)), begin(start(100))]
    const statuses = () => begun.map(({ status }) => status)
    await vi.waitFor(() => expect(refused(begun)).toBe(1), { timeout: 20_000 })
    await vi.waitFor(() => expect(statuses()).toContain(408), { timeout: 20_000 })
    await vi.waitFor(async () => expect(await deliver(`${start(20)}]}`)).toBe(200), { timeout: 20_000 })
  })
})
