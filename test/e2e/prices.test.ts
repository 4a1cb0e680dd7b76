import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { StackView } from '../../src/api/contract.ts'
import { done, notYet, waitUntil } from '../../src/base/wait.ts'
import { launchBrowser } from '../../bench/measuring/browser.ts'
import { FiredrillFolder, replicaOf } from './firedrill.ts'

const SCREENSHOTS = process.env.FIREDRILL_SCREENSHOTS

/** The page on a real stack: real quotes, a real crash, the real responder. */
describe('the console on a stack', () => {
  let browser: Browser
  let folder: FiredrillFolder
  let stack: StackView
  let page: Page
  const complaints: string[] = []
  beforeAll(async () => {
    folder = await FiredrillFolder.create()
    ;[browser, stack] = await Promise.all([launchBrowser(), folder.up()])
    page = await browser.newPage({ viewport: { width: 1_100, height: 800 } })
    page.on('pageerror', (error) => complaints.push(String(error)))
    await page.goto(`${stack.url}/#/prices`)
  })
  afterAll(async () => {
    await browser?.close()
    await folder.remove()
  })

  const banner = () => page.locator('[role=alert] .banner')
  const shoot = async (name: string) => {
    if (SCREENSHOTS !== undefined) await page.screenshot({ path: join(SCREENSHOTS, `stack-${name}.png`) })
  }
  const prices = () => page.locator('tr[data-symbol] .price').allInnerTexts()

  it('shows live prices that move', async () => {
    await page.waitForSelector('tr[data-symbol]')
    await page.waitForSelector('text=Live')
    const before = await prices()
    expect(before.length).toBeGreaterThan(3)
    await waitUntil(async () => ((await prices()).join() === before.join() ? notYet(before.join()) : done(0)), {
      what: 'a price to move',
      timeoutMs: 20_000,
      intervalMs: 100,
    })
    await shoot('prices')
  })

  it('says within 5 s that quotes are down, keeps the last prices, and recovers by itself when they are back', async () => {
    await control('services/quotes/stop')
    await banner().waitFor({ timeout: 5_000 })
    expect((await prices()).every((price) => /\d/.test(price))).toBe(true)
    await shoot('banner')
    await control('services/quotes/start')
    await banner().waitFor({ state: 'detached', timeout: 15_000 })
  })

  it('outlives a crash of quotes, which the responder repairs', async () => {
    const before = replicaOf(await folder.stack(), 'quotes-1')
    process.kill(before.pid as number, 'SIGKILL')
    await waitUntil(
      async () => {
        const now = replicaOf(await folder.stack(), 'quotes-1')
        return now.state === 'healthy' && now.pid !== before.pid ? done(0) : notYet(now.state)
      },
      { what: 'quotes to be repaired', timeoutMs: 15_000, intervalMs: 100 },
    )
    await banner().waitFor({ state: 'detached', timeout: 15_000 })
    await page.waitForSelector('text=Live')
  })

  it('shows every part and replica of the stack', async () => {
    await page.locator('nav').getByRole('link', { name: 'Stack' }).click()
    for (const service of stack.services) await page.waitForSelector(`tr[data-replica="${service.name}-1"]`)
    await shoot('stack')
    expect(complaints).toEqual([])
  })

  async function control(path: string): Promise<void> {
    const response = await fetch(`${stack.url}/v1/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await folder.token('control')}` },
      body: '{}',
    })
    expect(response.status).toBe(200)
  }
})
