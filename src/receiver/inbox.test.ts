import { describe, expect, it } from 'vitest'
import { Inbox } from './inbox.ts'
import type { Notice } from './notice.ts'

const firing = (key: string, more: Partial<Notice> = {}): Notice => ({
  form: 'alertmanager',
  key,
  firing: true,
  alertname: 'ShopDown',
  labels: { alertname: 'ShopDown', instance: key },
  startsAtMs: 500,
  ...more,
})
const resolved = (key: string, endsAtMs: number): Notice => ({ ...firing(key), firing: false, endsAtMs })

describe('an inbox', () => {
  it('has the first arrival of an alert, counts repeats, and has its end', () => {
    const inbox = new Inbox()
    inbox.add([firing('a')], 1_000)
    inbox.add([firing('a')], 2_000)
    inbox.add([resolved('a', 2_900)], 3_000)
    inbox.add([resolved('a', 2_900)], 4_000)
    expect(inbox.since(0)).toEqual([
      {
        form: 'alertmanager',
        alertname: 'ShopDown',
        labels: { alertname: 'ShopDown', instance: 'a' },
        startsAtMs: 500,
        receivedAtMs: 1_000,
        notifications: 2,
        resolvedAtMs: 3_000,
        endsAtMs: 2_900,
      },
    ])
  })

  it('keeps an alert that fires again beside what it was before', () => {
    const inbox = new Inbox()
    inbox.add([firing('a')], 1_000)
    inbox.add([resolved('a', 2_000)], 2_000)
    inbox.add([firing('a')], 3_000)
    expect(inbox.since(0).map(({ receivedAtMs, resolvedAtMs }) => [receivedAtMs, resolvedAtMs])).toEqual([
      [1_000, 2_000],
      [3_000, undefined],
    ])
  })

  it('does not count the end of an alert of which nothing has arrived', () => {
    const inbox = new Inbox()
    inbox.add([resolved('a', 2_000)], 2_000)
    expect(inbox.since(0)).toEqual([])
  })

  it('shows only what has arrived since a moment, an end included', () => {
    const inbox = new Inbox()
    inbox.add([firing('a'), firing('b')], 1_000)
    inbox.add([firing('c')], 2_000)
    inbox.add([resolved('a', 2_500)], 3_000)
    expect(inbox.since(2_000).map(({ labels }) => labels?.instance)).toEqual(['a', 'c'])
  })

  it('shows what fires again although no end of it has arrived, with its first arrival since that moment', () => {
    const inbox = new Inbox()
    for (const atMs of [1_000, 5_000, 6_000]) inbox.add([firing('a')], atMs)
    const seen = (sinceMs: number) =>
      inbox.since(sinceMs).map(({ receivedAtMs, notifications }) => [receivedAtMs, notifications])
    expect(seen(0)).toEqual([[1_000, 3]])
    expect(seen(4_000)).toEqual([[5_000, 2]])
    expect(seen(7_000)).toEqual([])
  })

  it('keeps of many repeats only the last', () => {
    const inbox = new Inbox({ alerts: 10, bytes: 2_000 })
    for (let n = 0; n <= 100_000; n++) inbox.add([firing('a')], n)
    expect(inbox.since(0)).toMatchObject([{ receivedAtMs: 0, notifications: 100_001 }])
    expect(inbox.since(1)).toMatchObject([{ receivedAtMs: 99_901, notifications: 100 }])
    expect(inbox.dropped).toBe(0)
  })

  it('shows an alert as it was, to a reader who has asked before', () => {
    const inbox = new Inbox()
    inbox.add([firing('a')], 1_000)
    const before = inbox.since(0)
    inbox.add([firing('a')], 2_000)
    expect(before[0]?.notifications).toBe(1)
  })

  it('drops the oldest when there are too many, and counts them', () => {
    const inbox = new Inbox({ alerts: 3, bytes: 1024 * 1024 })
    for (const key of ['a', 'b', 'c', 'd', 'e']) inbox.add([firing(key)], 1_000)
    expect(inbox.since(0).map(({ labels }) => labels?.instance)).toEqual(['c', 'd', 'e'])
    expect(inbox.dropped).toBe(2)
  })

  it('drops the oldest when they are too long together', () => {
    const inbox = new Inbox({ alerts: 1_000, bytes: 64 * 1024 })
    const long = 'x'.repeat(4_000)
    for (let n = 0; n < 100; n++) inbox.add([firing(String(n), { labels: { alertname: 'A', n: String(n), long } })], n)
    const kept = inbox.since(0).map(({ labels }) => Number(labels?.n))
    expect(kept.length).toBeLessThan(9)
    expect(kept.at(-1)).toBe(99)
    expect(inbox.dropped).toBe(100 - kept.length)
  })
})
