import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { BrowserContext, Page } from 'playwright-core'
import { expect } from 'vitest'

/** axe-core, as one script. Evaluated through the debugger of the browser: the page's own policy lets no script in. */
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What a page says that nobody should see: exceptions, errors on its console, requests of other origins. */
export class Complaints {
  readonly texts: string[] = []
  /** While it is set, answers that fail are what the test wants. */
  expectsFailures = false

  watch(context: BrowserContext, origin: string): void {
    context.on('weberror', (error) => this.texts.push(String(error.error())))
    context.on('console', (message) => {
      if (message.type() !== 'error' && !/Content Security Policy|Warning:/i.test(message.text())) return
      if (this.expectsFailures && /Failed to load resource|net::ERR_/.test(message.text())) return
      this.texts.push(`${message.text()} (${message.location().url})`)
    })
    context.on('request', (request) => {
      if (!request.url().startsWith(origin)) this.texts.push(`asked for ${request.url()}`)
    })
  }
}

/** Leads the page to another address of the console, as a link does, and waits until what it shows is there. */
export async function goTo(page: Page, address: string): Promise<void> {
  await page.evaluate(`location.hash = ${JSON.stringify(`#/${address}`)}`)
  await settled(page)
}

/** Until nothing on the page stands for something that is still to come. */
export async function settled(page: Page): Promise<void> {
  await page.locator('main h1').first().waitFor()
  await expect.poll(() => page.locator('main .placeholder').count(), { timeout: 20_000, message: page.url() }).toBe(0)
}

/** What axe finds that is serious or critical, each with where it is. */
export async function seriousFindings(page: Page): Promise<string[]> {
  await page.evaluate(`if (window.axe === undefined) { ${AXE} }`)
  const { violations, passes } = await page.evaluate<{ violations: Finding[]; passes: unknown[] }>('axe.run(document)')
  if (passes.length === 0) throw new Error('axe has looked at nothing')
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id} ${target.join(' ')}: ${failureSummary}`),
    )
}

interface Finding {
  id: string
  impact: string
  nodes: { target: string[]; failureSummary: string }[]
}

/**
 * What the keyboard alone does not reach on a page, or reaches without a sign of where it is. What comes or goes meanwhile is left out: a page
 * is alive.
 */
export async function keyboardFindings(page: Page): Promise<string[]> {
  const reachable = () => page.evaluate<string[]>(`${DESCRIBE}; reachable()`)
  const before = await reachable()
  // Prices are only read.
  const isOnlyRead = (await page.locator('main').getAttribute('data-page')) === 'prices'
  if (before.length === 0 && !isOnlyRead) throw new Error('the page has nothing that the keyboard could reach')
  const reached = new Set<string>()
  const findings: string[] = []
  await page.evaluate("document.getElementById('content').focus()")
  for (let presses = 0; presses < 3 * before.length + 50; presses++) {
    await page.keyboard.press('Tab')
    const now = await page.evaluate<{ name: string; isSeen: boolean } | null>(`${DESCRIBE}; focused()`)
    if (now === null) break
    reached.add(now.name)
    if (!now.isSeen) findings.push(`${now.name} does not show that it has the focus`)
  }
  const after = new Set(await reachable())
  const missed = before.filter((name) => after.has(name) && !reached.has(name))
  return [...new Set([...findings, ...missed.map((name) => `${name} is not reached`)])]
}

/** Run in the page. A part of the map shows its focus by its box. */
const DESCRIBE = `
  describe = (one) => [one.localName, one.getAttribute('href') ?? '', one.dataset.part ?? one.ariaLabel ?? one.labels?.[0]?.textContent ?? one.textContent]
    .join(' ').replaceAll(/\\s+/g, ' ').slice(0, 120)
  reachable = () => [...document.querySelectorAll(
    'main :is(a[href], button:enabled, input:enabled:not([type=radio]), select:enabled, textarea:enabled, summary, [tabindex="0"])',
  )].filter((one) => one.tabIndex >= 0 && one.checkVisibility({ visibilityProperty: true })).map(describe)
  focused = () => {
    const one = document.activeElement
    if (one === null || !document.querySelector('main').contains(one)) return null
    return { name: describe(one), isSeen: one.matches('svg a') || getComputedStyle(one).outlineStyle !== 'none' }
  }
`

/** Nothing of the page is wider than the window. */
export async function expectNoSidewaysScrolling(page: Page, widths: readonly number[], what: string): Promise<void> {
  for (const width of widths) {
    await page.setViewportSize({ width, height: 900 })
    // Charts follow the width of their place with the next frame.
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))')
    const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
    expect(await page.evaluate<number>(overflow), `${what} at ${width} px`).toBeLessThanOrEqual(0)
  }
}
