import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser } from '../../bench/measuring/browser.ts'
import { heldJournal, hostileJournal } from '../../src/drills/journal/test-journal.ts'
import { html } from '../../src/reporters/html.ts'

let browser: Browser
let folder: string
beforeAll(async () => {
  browser = await launchBrowser()
  folder = await mkdtemp(join(tmpdir(), 'firedrill-page-'))
})
afterAll(async () => {
  await browser?.close()
  await rm(folder, { recursive: true })
})

describe('the page of a drill, in a browser', () => {
  it.each([
    ['light', { colorScheme: 'light', viewport: { width: 1_280, height: 900 } }],
    ['dark', { colorScheme: 'dark', viewport: { width: 1_280, height: 900 } }],
    ['on a phone', { colorScheme: 'light', viewport: { width: 390, height: 800 } }],
  ] as const)(
    'has nothing to complain of, asks for nothing, and is no wider than the screen: %s',
    async (name, options) => {
      const file = join(folder, 'page.html')
      await writeFile(file, html.render([heldJournal(), hostileJournal()]))
      const context = await browser.newContext(options)
      const page = await context.newPage()
      const complaints: string[] = []
      const asked: string[] = []
      page.on('console', (message) => complaints.push(message.text()))
      page.on('pageerror', (error) => complaints.push(String(error)))
      page.on('dialog', (dialog) => complaints.push(dialog.message()))
      page.on('request', (request) => asked.push(request.url()))
      await page.goto(pathToFileURL(file).href)
      expect([name, complaints, asked]).toEqual([name, [], [pathToFileURL(file).href]])
      const width = await page.evaluate('document.documentElement.scrollWidth')
      expect(width).toBeLessThanOrEqual(options.viewport.width)
      await context.close()
    },
  )

  it('shows the values of a graph to keyboard users', async () => {
    const file = join(folder, 'keys.html')
    await writeFile(file, html.render([heldJournal()]))
    const page = await browser.newPage()
    await page.goto(pathToFileURL(file).href)
    await page.focus('svg[data-points]')
    for (const key of ['ArrowRight', 'ArrowRight', 'ArrowLeft']) await page.keyboard.press(key)
    expect(await page.locator('figure output').first().textContent()).toBe('-4.5 s  requests 60/s')
    await page.close()
  })
})
