import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { decide } from './decide/decide.ts'
import type { LogRecord } from './incident/record.ts'
import { apply, emptyState, snapshotOf } from './incident/state.ts'
import { parsePolicy } from './policy/policy-file.ts'
import { TestServer } from './test-server.ts'
import { toAlert } from './webhook/alert.ts'
import { KnownAlerts } from './webhook/known-alerts.ts'
import { readDeliveryText } from './webhook/webhook.ts'

const MEBIBYTE = 1024 * 1024
const alertText = (number: number, annotations: object, more: object = {}) =>
  JSON.stringify({
    status: 'firing',
    labels: { alertname: 'Unheard', n: String(number), ...more },
    annotations,
    startsAt: '2026-01-01T00:00:00.000Z',
    endsAt: '0001-01-01T00:00:00Z',
  })
const delivery = (...alerts: string[]) =>
  `{"receiver":"r","status":"firing","alerts":[${alerts.join(',')}],"groupLabels":{},"version":"4","groupKey":"g","truncatedAlerts":0}`

/** The heap, with nothing in it that nobody needs. */
async function heapBytes(): Promise<number> {
  const { setFlagsFromString } = await import('node:v8')
  const { runInNewContext } = await import('node:vm')
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  collect()
  return process.memoryUsage().heapUsed
}

describe('the memory of the responder', () => {
  let server: TestServer
  beforeEach(async () => {
    server = await TestServer.start()
  })
  afterEach(() => server.remove())

  it('keeps nothing of long annotations, also of alerts that no rule knows', async () => {
    const send = (from: number) =>
      server.deliver(delivery(...[0, 1, 2, 3].map((n) => alertText(from + n, { text: 'x'.repeat(0.9 * MEBIBYTE) }))))
    await send(0)
    const before = await heapBytes()
    for (let number = 1; number < 50; number++) expect((await send(4 * number)).status).toBe(200)
    expect((await heapBytes()) - before).toBeLessThan(10 * MEBIBYTE)
  })

  it('keeps a bounded part of long labels', async () => {
    const before = await heapBytes()
    for (let number = 0; number < 500; number++) {
      const long = { a: 'x'.repeat(30_000), b: 'ü'.repeat(30_000) }
      await server.deliver(delivery(alertText(number, {}, long)))
    }
    // 8 KiB of labels each, of two bytes a character, and what the log says of them.
    expect((await heapBytes()) - before).toBeLessThan(16 * MEBIBYTE)
  })
})

describe('KnownAlerts', () => {
  it.each([
    ['plain', 'x'],
    ['of two bytes a character', 'ž'],
  ])('takes about as much as it may of texts that are %s, however many there are', async (_what, letter) => {
    const before = await heapBytes()
    const known = new KnownAlerts(16 * MEBIBYTE)
    const alert = toAlert({ alertname: 'Unheard' }, 0, { firing: true, endsAtMs: 0 })
    for (let number = 0; number < 20_000; number++) known.keep(`${number} ${letter.repeat(number % 20_000)}`, alert)
    expect((await heapBytes()) - before).toBeLessThan(16 * MEBIBYTE)
    expect(known.find(`16370 ${letter.repeat(16_370)}`)).toBe(alert)
    expect(known.find(`17000 ${letter.repeat(17_000)}`)).toBeUndefined()
  })

  it('is what a delivery is read by, again and again', () => {
    const text = delivery(alertText(1, {}))
    expect(readDeliveryText(text, 0).alerts[0]).toBe(readDeliveryText(text, 0).alerts[0])
  })
})

describe('incidents that do not end', () => {
  const policy = parsePolicy(
    'rules: [{ name: all, match: { alertname: Down }, ladder: [{ restart: target }] }]',
    'p',
    1,
  )
  const down = (number: number) =>
    toAlert({ alertname: 'Down', service: `s${number}` }, number, { firing: true, endsAtMs: 0 })

  it('are given up beyond five thousand, the least useful first, and stay so when the log is read back', () => {
    const state = emptyState()
    const records: LogRecord[] = []
    const happens = (event: Parameters<typeof decide>[1]) =>
      records.push(...decide({ state, policy, run: 'one' }, event, 1_000).records)
    const first = down(0)
    happens({ kind: 'delivered', alerts: [first] })
    // Followers of the first, and none of them has a turn of its own.
    const followers = Array.from({ length: 3_000 }, (_, n) =>
      toAlert({ alertname: 'Down', service: 's0', n: String(n) }, 1, { firing: true, endsAtMs: 0 }),
    )
    happens({ kind: 'delivered', alerts: followers })
    happens({ kind: 'delivered', alerts: Array.from({ length: 4_000 }, (_, n) => down(n + 1)) })
    expect(state.open.size).toBe(5_000)
    expect(state.incidents.get(first.incident)?.phase).toBe('waiting')
    const given = records.filter((one) => one.event === 'resolved' && one.overflow)
    expect(given).toHaveLength(2_001)
    // It is not news when it is delivered again.
    const before = records.length
    happens({ kind: 'delivered', alerts: followers.slice(0, 100) })
    expect(records).toHaveLength(before)

    for (const begin of [records, snapshotOf(state, 0)]) {
      const again = emptyState()
      for (const record of begin) apply(again, record)
      expect([...again.open].map(({ id }) => id).sort()).toEqual([...state.open].map(({ id }) => id).sort())
    }
  })
})
