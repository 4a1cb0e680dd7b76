import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { done, notYet, waitUntil } from '../../base/wait.ts'
import type { IncidentView } from '../incident/incident-view.ts'
import { TestServer } from '../test-server.ts'

let server: TestServer
let readers: Reader[] = []
beforeEach(async () => {
  server = await TestServer.start()
})
afterEach(async () => {
  for (const reader of readers) reader.close()
  readers = []
  await server.remove()
})

/** One client of the stream, with all that it has got. */
class Reader {
  text = ''
  readonly #leaving = new AbortController()

  static async connect(lastEventId?: string): Promise<Reader> {
    const reader = new Reader()
    readers.push(reader)
    const answer = await fetch(`${server.url}/incidents/stream`, {
      headers: lastEventId === undefined ? {} : { 'last-event-id': lastEventId },
      signal: reader.#leaving.signal,
    })
    expect(answer.headers.get('content-type')).toContain('text/event-stream')
    void reader.#read(answer.body as ReadableStream<Uint8Array>).catch(() => undefined)
    await reader.until('the greeting', () => reader.text.includes('retry: '))
    return reader
  }

  close(): void {
    this.#leaving.abort()
  }

  get events(): { id: string; incidents: IncidentView[] }[] {
    const whole = this.text.split('\n\n').filter((one) => one.includes('event: incidents'))
    return whole.map((one) => ({
      id: /^id: (\d+)$/m.exec(one)?.[1] ?? '',
      incidents: JSON.parse(/^data: (.*)$/m.exec(one)?.[1] ?? '[]') as IncidentView[],
    }))
  }

  until(what: string, predicate: () => boolean): Promise<void> {
    return waitUntil(async () => (predicate() ? done(undefined) : notYet(this.text)), {
      what,
      timeoutMs: 20_000,
      intervalMs: 5,
    })
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder()
    for await (const chunk of body) this.text += decoder.decode(chunk, { stream: true })
  }
}

const fire = (alertname: string) =>
  server.deliver({
    groupKey: 'g',
    alerts: [{ status: 'firing', labels: { alertname, service: 'store' }, startsAt: '2026-01-01T00:00:00Z' }],
  })
const names = (reader: Reader) => reader.events.flatMap((one) => one.incidents.map((incident) => incident.alertname))

describe('GET /incidents/stream', () => {
  it('sends a new client what there is, and every client what changes', async () => {
    await fire('First')
    const [one, other] = [await Reader.connect(), await Reader.connect()]
    await one.until('what there is', () => names(one).includes('First'))
    await fire('Second')
    await Promise.all([one, other].map((reader) => reader.until('the news', () => names(reader).includes('Second'))))
    expect(names(other)).toEqual(['First', 'Second'])
  })

  it('sends a client that comes back only what it missed', async () => {
    const reader = await Reader.connect()
    await fire('First')
    await reader.until('the first', () => names(reader).includes('First'))
    reader.close()
    await fire('Second')
    const back = await Reader.connect(reader.events.at(-1)?.id)
    await back.until('what it missed', () => names(back).length > 0)
    expect(names(back)).toEqual(['Second'])
  })

  it('sends everything to a client whose id is not valid', async () => {
    await fire('First')
    const reader = await Reader.connect('; drop table')
    await reader.until('what there is', () => names(reader).includes('First'))
  })

  it('sends a new client the newest only, where all would be too much', async () => {
    const alerts = Array.from({ length: 100 }, (_, n) => ({
      labels: { alertname: `Alert${n}`, a: 'x'.repeat(4_000), b: 'x'.repeat(4_000) },
      startsAt: '2026-01-01T00:00:00Z',
    }))
    await server.deliver({ groupKey: 'g', alerts })
    for (const lastId of [undefined, '0']) {
      const reader = await Reader.connect(lastId)
      await reader.until('the newest', () => names(reader).includes('Alert99'))
      expect(reader.text.length).toBeLessThan(520 * 1024)
      expect(names(reader)).toEqual(alerts.map(({ labels }) => labels.alertname).slice(100 - names(reader).length))
      expect(names(reader).length).toBeGreaterThan(50)
    }
  })

  it('ends when the responder stops', async () => {
    const short = await TestServer.start()
    const answer = await fetch(`${short.url}/incidents/stream`)
    await short.remove()
    expect(await answer.text()).toContain('retry: ')
  })
})
