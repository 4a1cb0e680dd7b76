import type { Browser, CDPSession } from 'playwright-core'
import { sleep } from '../../src/base/wait.ts'

/** What an open dashboard costs the browser. */
export interface DashboardCost {
  panels: number
  /** CPU time of all processes of the browser, in milliseconds for each second. */
  cpuMsASecond: number
  /** Heap of the page after a collection: once a sixth of the time has passed, and at the end. */
  earlyHeapMegabytes: number
  lateHeapMegabytes: number
}

/** Keeps a dashboard open that is refreshed each second, and watches the browser. */
export async function dashboardCost(
  browser: Browser,
  { url, seconds }: { url: string; seconds: number },
): Promise<DashboardCost> {
  const context = await browser.newContext({ viewport: { width: 1_920, height: 1_080 } })
  try {
    const page = await context.newPage()
    await page.goto(url)
    await page.locator(PANEL).first().waitFor()
    // All panels are drawn, also those below: what is out of sight costs nothing and would flatter the figure.
    const panels = await page.locator(PANEL).count()
    const height = await page.evaluate<number>('document.documentElement.scrollHeight')
    await page.setViewportSize({ width: 1_920, height: Math.min(height, 6_000) })
    const cdp = await context.newCDPSession(page)
    await sleep((seconds * 1_000) / 6)
    const earlyHeapMegabytes = await heapMegabytes(cdp)
    const before = await cpuSeconds(browser)
    const sinceMs = performance.now()
    await sleep((seconds * 1_000 * 5) / 6)
    const used = (await cpuSeconds(browser)) - before
    const cpuMsASecond = (used * 1_000) / ((performance.now() - sinceMs) / 1_000)
    return { panels, cpuMsASecond, earlyHeapMegabytes, lateHeapMegabytes: await heapMegabytes(cdp) }
  } finally {
    await context.close()
  }
}

/** A panel of a dashboard on the console's page. */
const PANEL = 'article.panel'

async function heapMegabytes(cdp: CDPSession): Promise<number> {
  // The second one takes what the first one's finalizers let go.
  for (let n = 0; n < 2; n++) await cdp.send('HeapProfiler.collectGarbage')
  const { usedSize } = await cdp.send('Runtime.getHeapUsage')
  return usedSize / 1e6
}

/** Of the browser and all its processes: page, painting, network. */
async function cpuSeconds(browser: Browser): Promise<number> {
  const cdp = await browser.newBrowserCDPSession()
  const { processInfo } = await cdp.send('SystemInfo.getProcessInfo')
  await cdp.detach()
  return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0)
}
