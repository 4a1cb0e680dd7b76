import { sleep } from '../src/base/wait.ts'
import { type Distribution, distribution } from './results.ts'
import { load } from './wrk.ts'

const SCRAPES = 40
const SCRAPE_MS = 500

/** The bound of the duration histogram that is the limit. */
const LIMIT_SECONDS = 0.005

export interface Render {
  /** From the request for /metrics to its last byte, as who scrapes sees it: with a client and a connection that were idle. */
  scrapeMs: Distribution
  /** How many of them took the service itself at most 5 ms, from the request to the end of its answer, as its own histogram counts. */
  withinLimit: number
}

/** At the pace of Prometheus in the lab. */
export async function measureRender(url: string): Promise<Render> {
  const times: number[] = []
  let text = await scrape(url)
  const before = quickOnes(text)
  for (let n = 0; n < SCRAPES; n++) {
    await sleep(SCRAPE_MS)
    const startedMs = performance.now()
    text = await scrape(url)
    times.push(performance.now() - startedMs)
  }
  // Each tells of those before it, the first one of none of these: as many as were timed.
  return { scrapeMs: distribution(times), withinLimit: quickOnes(text) - before }
}

async function scrape(url: string): Promise<string> {
  return (await fetch(`${url}/metrics`)).text()
}

function quickOnes(text: string): number {
  const series = `http_request_duration_seconds_bucket{method="GET",route="/metrics",le="${LIMIT_SECONDS}"} `
  const line = text.split('\n').find((one) => one.startsWith(series))
  if (line === undefined) throw new Error(`the service has no series ${series}`)
  return Number(line.slice(series.length))
}

/** The same while all its connections read as fast as they can: a scrape then waits its turn like any request. */
export async function measureRenderUnderLoad(url: string, connections: number): Promise<Render> {
  const seconds = Math.ceil((SCRAPES * SCRAPE_MS) / 1_000) + 3
  const [times] = await Promise.all([measureRender(url), load(url, 'read', { seconds, connections })])
  return times
}
