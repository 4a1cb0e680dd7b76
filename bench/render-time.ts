import { sleep } from '../src/base/wait.ts'
import { type Distribution, distribution } from './results.ts'
import { load } from './wrk.ts'

const SCRAPES = 40
const SCRAPE_MS = 500

/** From the request for /metrics to its last byte, at the pace of Prometheus in the lab. */
export async function measureRender(url: string): Promise<Distribution> {
  const times: number[] = []
  for (let n = 0; n < SCRAPES; n++) {
    await sleep(SCRAPE_MS)
    const startedMs = performance.now()
    await (await fetch(`${url}/metrics`)).text()
    times.push(performance.now() - startedMs)
  }
  return distribution(times)
}

/** The same while all its connections read as fast as they can: a scrape then waits its turn like any request. */
export async function measureRenderUnderLoad(url: string, connections: number): Promise<Distribution> {
  const seconds = Math.ceil((SCRAPES * SCRAPE_MS) / 1_000) + 3
  const [times] = await Promise.all([measureRender(url), load(url, 'read', { seconds, connections })])
  return times
}
