import { describe, expect, it } from 'vitest'
import { type ClientCount, ClientFeed, type EndpointCounts, resultOf } from './client-counts.ts'

describe('how a request ended for its user', () => {
  it.each([
    ['refused', 'unanswered'],
    ['reset', 'unanswered'],
    ['timeout', 'unanswered'],
    ['unreachable', 'unanswered'],
    ['broken answer', 'unanswered'],
    ['http 500', 'error'],
    ['http 503', 'error'],
    ['http 404', 'rejected'],
    ['http 304', 'rejected'],
    ['check failed: the item is what was written', 'wrong'],
    ['no local port left', 'unsent'],
    ['too many open files', 'unsent'],
    ['dns', 'unsent'],
    ['tls cert has expired', 'unanswered'],
    ['too many redirects', 'unanswered'],
    ['EPROTO', 'unanswered'],
  ] as const)('is, of "%s", %s', (cause, result) => {
    expect(resultOf(cause)).toBe(result)
  })
})

describe('a feed of what clients count', () => {
  const items = (requests: number, causes: Record<string, number> = {}): EndpointCounts[] => [
    { name: 'GET /items', requests, causes },
  ]
  const sum = (sent: readonly ClientCount[][]) => {
    const sums: Record<string, number> = {}
    for (const { result, count } of sent.flat()) sums[result] = (sums[result] ?? 0) + count
    return sums
  }

  it('sends each request once, by how it ended', async () => {
    const sent: ClientCount[][] = []
    const feed = new ClientFeed(async (counts) => void sent.push(counts))
    await feed.send(items(10))
    await feed.send(items(10))
    await feed.send(items(30, { refused: 12, 'http 503': 3, timeout: 1 }))
    expect(sent).toHaveLength(2)
    expect(sum(sent)).toEqual({ good: 14, unanswered: 13, error: 3 })
  })

  it('sends again what did not arrive, with what came since', async () => {
    const sent: ClientCount[][] = []
    let isDown = true
    const feed = new ClientFeed(async (counts) => {
      if (isDown) throw new Error('nobody there')
      sent.push(counts)
    })
    await feed.send(items(5))
    isDown = false
    await feed.send(items(7, { reset: 2 }))
    expect(sum(sent)).toEqual({ good: 5, unanswered: 2 })
  })

  it('sends what came while a report failed, and its last state once more', async () => {
    const sent: ClientCount[][] = []
    let calls = 0
    const feed = new ClientFeed(async (counts) => {
      calls++
      if (calls === 1 || calls === 3) throw new Error('nobody there')
      sent.push(counts)
    })
    await Promise.all([feed.send(items(5)), feed.send(items(9))])
    expect(sum(sent)).toEqual({ good: 9 })
    await feed.finish(items(12))
    expect(sum(sent)).toEqual({ good: 12 })
  })

  it('never has two reports under way, and sends the last state when the one before has arrived', async () => {
    const sent: ClientCount[][] = []
    let arrive = () => {}
    const feed = new ClientFeed(async (counts) => {
      sent.push(counts)
      await new Promise<void>((resolve) => {
        arrive = resolve
      })
    })
    const done = [1, 2, 3, 4].map((requests) => feed.send(items(requests)))
    expect(sent).toHaveLength(1)
    arrive()
    await expect.poll(() => sent).toHaveLength(2)
    arrive()
    await Promise.all(done)
    expect(sum(sent)).toEqual({ good: 4 })
  })

  it('counts an answer that is found wrong later once as good and once as wrong, and the next good one not at all', async () => {
    const sent: ClientCount[][] = []
    const feed = new ClientFeed(async (counts) => void sent.push(counts))
    await feed.send(items(3))
    await feed.send(items(3, { 'check failed: x': 1 }))
    await feed.send(items(5, { 'check failed: x': 1 }))
    expect(sum(sent)).toEqual({ good: 4, wrong: 1 })
  })
})
