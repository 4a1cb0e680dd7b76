import { pino } from 'pino'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Type } from '#typebox'
import { launchBrowser } from '../../bench/measuring/browser.ts'
import { createHttpServer, type HttpServer } from '../../src/base/http/http-server.ts'
import { addOpenApi } from '../../src/base/openapi/openapi.ts'
import { Complaints, seriousFindings } from './console-browser.ts'

let app: HttpServer
let url: string
let browser: Browser
const keys: (string | undefined)[] = []
beforeAll(async () => {
  app = createHttpServer({ logger: pino({ level: 'silent' }) })
  addOpenApi(app, { title: 'Things', description: 'Things, and what they say.', version: '1' })
  const params = Type.Object({ name: Type.String({ examples: ['stone'] }) })
  app.get('/things/:name', { schema: { summary: 'Read a thing', params } }, async ({ params: { name }, headers }) => {
    keys.push(headers['x-firedrill-key']?.toString())
    return { says: `I am ${name}` }
  })
  url = await app.listen({ host: '127.0.0.1', port: 0 })
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser?.close()
  await app.close()
})

describe('the page of an API, in the browser', () => {
  it.each(['light', 'dark'] as const)(
    'shows each operation and tries it under its policy, %s',
    async (colorScheme) => {
      const context = await browser.newContext({ colorScheme, viewport: { width: 390, height: 844 } })
      const complaints = new Complaints()
      complaints.watch(context, url)
      const page = await context.newPage()
      await page.goto(`${url}/docs`)
      await page.evaluate(`localStorage.setItem('firedrill-key', 'the-key-of-this-browser')`)
      await page.getByText('Read a thing').click()
      await page.getByRole('button', { name: 'Try it out' }).click()
      await page.getByPlaceholder('name').fill('a stone')
      await page.getByRole('button', { name: 'Execute' }).click()
      await page.locator('.live-responses-table', { hasText: 'I am a stone' }).waitFor()
      expect(await page.title()).toBe('Things')
      expect(keys.at(-1)).toBe('the-key-of-this-browser')
      expect(await page.content()).not.toContain('the-key-of-this-browser')
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0)
      // Swagger UI puts a button into the button that opens an operation.
      expect((await seriousFindings(page)).filter((text) => !text.startsWith('nested-interactive'))).toEqual([])
      expect(complaints.texts).toEqual([])
      await context.close()
    },
    60_000,
  )
})
