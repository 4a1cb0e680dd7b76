import { sleep } from '../../src/base/wait.ts'
import { type Distribution, distribution } from '../measuring/distribution.ts'

const SCRAPES = 40
const SCRAPE_MS = 500

export interface Render {
  /** From the request for /metrics to its last byte: with a client and a connection that were idle. */
  scrapeMs: Distribution
  /** The same for a bare server that sends the same text. */
  bareMs: Distribution
}

/** Scrapes the service, at the pace of Prometheus in the lab, and a bare server in turn. */
export async function measureRender(url: string, bareUrl: string): Promise<Render> {
  const [times, bareTimes]: [number[], number[]] = [[], []]
  for (const one of [url, bareUrl]) await scrapeMs(one)
  for (let n = 0; n < SCRAPES; n++) {
    await sleep(SCRAPE_MS / 2)
    times.push(await scrapeMs(url))
    await sleep(SCRAPE_MS / 2)
    bareTimes.push(await scrapeMs(bareUrl))
  }
  return { scrapeMs: distribution(times), bareMs: distribution(bareTimes) }
}

async function scrapeMs(url: string): Promise<number> {
  const startedMs = performance.now()
  await (await fetch(`${url}/metrics`)).text()
  return performance.now() - startedMs
}
