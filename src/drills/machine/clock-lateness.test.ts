import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { Prometheus } from '../../probes/prometheus.ts'
import { latestScrapeMs, readClockLateness } from './clock-lateness.ts'

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

async function prometheusWith(series: Record<string, [number, string][]>): Promise<Prometheus> {
  const server = createServer(({ url = '' }, response) => {
    const query = new URL(url, 'http://x').searchParams.get('query') ?? ''
    const result = Object.entries(series)
      .filter(([name]) => query.startsWith(name))
      .map(([, values]) => ({ metric: { instance: 'store-1' }, values }))
    response.end(JSON.stringify({ status: 'success', data: { resultType: 'matrix', result } }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => server.close().closeAllConnections())
  return new Prometheus(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
}

describe('readClockLateness', () => {
  it('says by how much the latest scrape was late, and how late an event loop was at its worst', async () => {
    const prometheus = await prometheusWith({
      up: [
        [10, '1'],
        [10.5, '1'],
        [11, '1'],
        [12.2, '1'],
      ],
      nodejs_eventloop_lag_p99_seconds: [
        [10, '0.01'],
        [11, '0.42'],
      ],
    })
    expect(await readClockLateness(prometheus, { fromMs: 10_000, nowMs: 13_000 })).toEqual([
      { clock: 'scrapes of store-1', lateMs: 700 },
      { clock: 'event loop of store-1 (p99)', lateMs: 420 },
    ])
  })

  it('leaves out what was on time, and what cannot be read', async () => {
    const onTime = await prometheusWith({
      up: [
        [1, '1'],
        [1.5, '1'],
        [2.01, '1'],
      ],
    })
    expect(await readClockLateness(onTime, { fromMs: 0, nowMs: 3_000 })).toEqual([])
    const gone = new Prometheus('http://127.0.0.1:1')
    expect(await readClockLateness(gone, { fromMs: 0, nowMs: 3_000 })).toEqual([])
  })
})

describe('latestScrapeMs', () => {
  it.each([
    ['no scrape', []],
    ['one scrape', [1_000]],
    ['scrapes on their time', [1_000, 1_500, 2_000]],
  ])('is nothing for %s', (_, times) => {
    const samples = times.map((atMs) => ({ atMs, value: 1 }))
    expect(latestScrapeMs({ labels: {}, samples })).toBe(0)
  })
})
