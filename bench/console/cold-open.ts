import type { Browser } from 'playwright-core'
import { done, notYet, waitUntil } from '../../src/base/wait.ts'

/** A page that is opened for the first time: nothing of it is in any cache. */
export interface ColdOpen {
  firstPaintMs: number
  /** Until the content of the page is there and the main thread is free to answer a click. */
  interactiveMs: number
}

/** Measures one opening in a browser context of its own. `content` is what the page is opened for. */
export async function coldOpen(browser: Browser, url: string, content: string): Promise<ColdOpen> {
  const context = await browser.newContext({ viewport: { width: 1_280, height: 800 } })
  try {
    const page = await context.newPage()
    await page.addInitScript(watch(content))
    await page.goto(url)
    await waitUntil(
      async () =>
        (await page.evaluate<boolean>('window.contentAtMs !== undefined')) ? done(undefined) : notYet('nothing yet'),
      { what: `${content} of ${url}`, timeoutMs: 20_000, intervalMs: 50 },
    )
    // What still runs then, and has begun before: a click would wait for it.
    await page.waitForTimeout(500)
    return await page.evaluate<ColdOpen>(`({
      firstPaintMs: performance.getEntriesByName('first-contentful-paint')[0].startTime,
      interactiveMs: Math.max(window.contentAtMs, ...window.longTasks
        .filter(({ start }) => start <= window.contentAtMs + 50).map(({ end }) => end)),
    })`)
  } finally {
    await context.close()
  }
}

/** Notes when the content is there, and each task that holds the main thread for more than 50 ms. */
function watch(content: string): string {
  return `
    window.longTasks = []
    new PerformanceObserver((list) => {
      for (const { startTime, duration } of list.getEntries())
        window.longTasks.push({ start: startTime, end: startTime + duration })
    }).observe({ type: 'longtask', buffered: true })
    new MutationObserver((_, observer) => {
      if (document.querySelector(${JSON.stringify(content)}) === null) return
      observer.disconnect()
      requestAnimationFrame(() => setTimeout(() => { window.contentAtMs = performance.now() }))
    }).observe(document, { childList: true, subtree: true })`
}
