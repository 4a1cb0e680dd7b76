import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Browser } from 'playwright-core'

/** Kilobytes of scripts and styles that a browser loads for a page, each file compressed with gzip. */
export interface PageSize {
  page: string
  /** Of the scripts that index.html names: those that are loaded before anything is shown. */
  initialScriptKilobytes: number
  allKilobytes: number
}

/** Opens each page in a browser context of its own, and adds up what it has loaded. */
export async function pageSizes(
  browser: Browser,
  { url, folder }: { url: string; folder: string },
): Promise<PageSize[]> {
  const sizes = gzipSizes(folder)
  const index = readFileSync(join(folder, 'index.html'), 'utf8')
  const initial = new Set([...index.matchAll(/(?:src|href)="(\/assets\/[^"]+\.js)"/g)].map(([, path = '']) => path))
  const sum = (paths: Iterable<string>) => [...paths].reduce((all, path) => all + (sizes.get(path) ?? 0), 0) / 1_000
  const measured: PageSize[] = []
  for (const page of await pageNames(browser, url)) {
    const context = await browser.newContext()
    const opened = await context.newPage()
    const loaded = new Set<string>()
    opened.on('response', (response) => loaded.add(new URL(response.url()).pathname))
    await opened.goto(`${url}/#/${page}`)
    await opened.locator('main h1').waitFor()
    await opened.waitForTimeout(SETTLE_MS)
    await context.close()
    measured.push({ page, initialScriptKilobytes: sum(initial), allKilobytes: sum(loaded) })
  }
  return measured
}

/** Pages below those of the navigation, with all that they draw. */
const DETAILS = ['dashboards/database', 'drills/store-crash']

/** All pages that the navigation leads to, and what lies below two of them. */
async function pageNames(browser: Browser, url: string): Promise<string[]> {
  const page = await browser.newPage()
  await page.goto(url)
  await page.locator('.navigation a').first().waitFor()
  const links = await page.locator('.navigation a').evaluateAll((all) => all.map((link) => String(link)))
  await page.close()
  return [...links.map((link) => new URL(link).hash.slice(2)), ...DETAILS]
}

/** Until a page has loaded all that it loads by itself, in milliseconds. */
const SETTLE_MS = 1_500

function gzipSizes(folder: string): Map<string, number> {
  const assets = readdirSync(join(folder, 'assets'))
  return new Map(assets.map((name) => [`/assets/${name}`, gzipSync(readFileSync(join(folder, 'assets', name))).length]))
}
