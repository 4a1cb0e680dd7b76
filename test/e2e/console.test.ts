import { join } from 'node:path'
import { pino } from 'pino'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { launchBrowser } from '../../bench/measuring/browser.ts'
import type { StackView } from '../../src/api/contract.ts'
import { ActiveFaults } from '../../src/api/injector/active-faults.ts'
import { createControlServer } from '../../src/api/server/control-server.ts'
import { quoteOf, RuntimeWithQuotes, TestQuotes } from '../../src/api/server/test-quotes.ts'
import type { HttpServer } from '../../src/base/http/http-server.ts'
import { root } from './firedrill.ts'

/** What the page promises: the banner is there this soon, no matter which part dies. */
/** It takes 4 s by the clocks of console and control; the machine that tests run on may be busy. */
const BANNER_WITHIN_MS = 15_000
/** A folder to write screenshots to, for a person to look at. */
const SCREENSHOTS = process.env.FIREDRILL_SCREENSHOTS

let browser: Browser
let quotes: TestQuotes
let runtime: RuntimeWithQuotes
let control: HttpServer
let faults: ActiveFaults
let url: string
let page: Page
let complaints: string[]
let notices: string[]
let troubles: StackView['troubles']
let halted: StackView['halted']

beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser?.close())

beforeEach(async () => {
  quotes = new TestQuotes()
  await quotes.start()
  quotes.push(
    quoteOf('AAPL', 229.87, { name: 'Apple Inc.', previous: 227.5 }),
    quoteOf('AMZN', 186.4, { name: 'Amazon.com, Inc.', previous: 189.02 }),
    quoteOf('GOOGL', 163.24, { name: 'Alphabet Inc.', previous: 163.24 }),
    quoteOf('MSFT', 1_417.32, { name: 'Microsoft Corporation', previous: 1_411.9 }),
  )
  runtime = new RuntimeWithQuotes()
  faults = new ActiveFaults({ runtime, tokenOf: () => 'f'.repeat(43) })
  runtime.replicas = [{ port: quotes.port, state: 'healthy' }]
  await runtime.up()
  troubles = []
  notices = ['port 8000 is taken: store-1 listens on 20417 instead']
  halted = null
  url = await startControl(0)
  complaints = []
  page = await openPage()
})
afterEach(async () => {
  await page.context().close()
  await control.close()
  await quotes.stop()
})

/** As `firedrill up` does it, on a runtime that runs nothing. */
async function startControl(port: number): Promise<string> {
  const view = (): StackView => ({
    id: 'id',
    run: 'run',
    state: 'up',
    profile: 'lab',
    runtime: runtime.name,
    version: '0.1.0',
    pid: process.pid,
    startedAtMs: Date.now() - 65_000,
    url,
    folder: '/home/ada/shop/.firedrill',
    components: {},
    notices,
    troubles,
    halted,
    lastSequence: 0,
    faults: faults.list(),
    services: runtime.services(),
  })
  control = createControlServer({
    runtime,
    faults,
    tokens: { operator: 'o'.repeat(43), responder: 'r'.repeat(43) },
    maintenanceToken: 'm'.repeat(43),
    view,
    down: () => undefined,
    logger: pino({ level: 'silent' }),
    consoleFolder: join(root, 'dist', 'console'),
  })
  return control.listen({ host: '127.0.0.1', port })
}

async function openPage(options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1_100, height: 700 }, ...options })
  const opened = await context.newPage()
  opened.on('pageerror', (error) => complaints.push(String(error)))
  opened.on('console', (message) => {
    if (/Content Security Policy|Warning:/i.test(message.text())) complaints.push(message.text())
  })
  opened.on('request', (request) => {
    if (!request.url().startsWith(url)) complaints.push(`asked for ${request.url()}`)
  })
  await opened.goto(`${url}/#/prices`)
  await opened.waitForSelector('text=Live')
  return opened
}

const row = (symbol: string) => page.locator(`tr[data-symbol="${symbol}"]`)
const shoot = async (name: string, of = page) => {
  if (SCREENSHOTS !== undefined) await of.screenshot({ path: join(SCREENSHOTS, `${name}.png`) })
}
const bannerShows = async (text: string) => {
  const banner = page.locator('[role=alert] .banner')
  await banner.waitFor({ timeout: BANNER_WITHIN_MS })
  expect(await banner.innerText()).toContain(text)
}
const bannerGoes = () => page.locator('[role=alert] .banner').waitFor({ state: 'detached', timeout: 15_000 })
/** The prices are, or the whole page. */
const isGreyed = () =>
  page.evaluate<boolean>(
    `[...document.querySelectorAll('main, table.prices tbody')].some((one) => Number(getComputedStyle(one).opacity) < 0.7)`,
  )
const ageSeconds = async (symbol: string) => Number.parseInt(await row(symbol).locator('.age').innerText(), 10)

describe('the prices', () => {
  it('move as they change, with colour, arrow and a trend', async () => {
    expect(await row('AMZN').innerText()).toMatch(/Amazon[\s\S]*186\.40[\s\S]*▼[\s\S]*−2\.62[\s\S]*−1\.39 %/)
    await row('AMZN').locator('svg.sparkline').waitFor()
    quotes.push(quoteOf('AMZN', 190.5, { name: 'Amazon.com, Inc.', previous: 189.02 }))
    await page.waitForSelector('tr[data-symbol=AMZN]:has-text("190.50")', { timeout: 20_000 })
    expect(await row('AMZN').innerText()).toMatch(/▲[\s\S]*\+1\.48[\s\S]*\+0\.78 %/)
    const colour = (symbol: string) =>
      page.evaluate<string>(`getComputedStyle(document.querySelector('tr[data-symbol=${symbol}] .change')).color`)
    expect(await colour('AMZN')).toBe(await colour('AAPL'))
    expect(await colour('AMZN')).not.toBe(await colour('GOOGL'))
    expect(complaints).toEqual([])
    await shoot('prices-light')
  })

  it('go on by polling when the stream does not get through', async () => {
    quotes.intercept('/quotes/stream', 500)
    for (const stream of quotes.streams) stream.destroy()
    await page.waitForSelector('text=Polling')
    quotes.push(quoteOf('AAPL', 231.11, { name: 'Apple Inc.', previous: 227.5 }))
    await page.waitForSelector('tr[data-symbol=AAPL]:has-text("231.11")', { timeout: 5_000 })
    expect(await page.locator('.banner').count()).toBe(0)
    quotes.handler = undefined
    await page.waitForSelector('text=Live', { timeout: 15_000 })
  })

  it('are marked when they are stale, with their age', async () => {
    quotes.push(quoteOf('AAPL', 229.87, { name: 'Apple Inc.', stale: true, ageMs: 125_000 }))
    await page.waitForSelector('tr[data-symbol=AAPL] .stale')
    expect(await row('AAPL').innerText()).toMatch(/2 min \d+ s ago/)
    expect(await page.locator('.notice').innerText()).toContain('1 of 4 prices is stale')
    await shoot('prices-stale')
  })
})

describe('when a backend is down', () => {
  it('a dead quotes service shows soon, the last prices stay, greyed and growing old, and it recovers', async () => {
    await quotes.stop()
    await bannerShows('Prices are down')
    expect(await page.locator('.banner').innerText()).toContain('FD_QUOTES_UNREACHABLE')
    expect(await row('AAPL').innerText()).toContain('229.87')
    expect(await isGreyed()).toBe(true)
    const before = await ageSeconds('AAPL')
    await expect.poll(() => ageSeconds('AAPL'), { timeout: 5_000 }).toBeGreaterThan(before)
    await shoot('banner-light')
    await quotes.start()
    await bannerGoes()
    quotes.push(quoteOf('AAPL', 232.5, { name: 'Apple Inc.', previous: 227.5 }))
    await page.waitForSelector('tr[data-symbol=AAPL]:has-text("232.50")', { timeout: 5_000 })
    expect(await isGreyed()).toBe(false)
    await page.waitForSelector('text=Live', { timeout: 15_000 })
    expect(complaints).toEqual([])
  })

  it('a quotes service that hangs, its connections open, shows soon, too', async () => {
    quotes.handler = () => undefined
    await bannerShows('Prices are down')
    quotes.handler = undefined
    await bannerGoes()
  })

  it('a dead control process shows soon on every page, and it recovers', async () => {
    await page.click('.navigation >> text=Stack')
    const { port } = new URL(url)
    await control.close()
    await bannerShows('The control process does not answer')
    await page.click('.navigation >> text=Prices')
    expect(await row('AAPL').innerText()).toContain('229.87')
    expect(await isGreyed()).toBe(true)
    await startControl(Number(port))
    await bannerGoes()
    await page.waitForSelector('text=Live', { timeout: 15_000 })
  })

  it('a page that was not opened before control died says so, and is there when control is back', async () => {
    await page.waitForSelector('tr[data-symbol=AAPL]')
    const { port } = new URL(url)
    await control.close()
    await page.click('.navigation >> text=Load')
    await page.getByText('This page could not be loaded').waitFor()
    await bannerShows('The control process does not answer')
    await startControl(Number(port))
    await page.getByRole('link', { name: 'Start a load' }).first().waitFor({ timeout: 20_000 })
    await bannerGoes()
  })
})

describe('the stack', () => {
  it('shows which faults are in force where, with what is left of their time', async () => {
    await page.click('.navigation >> text=Stack')
    const fault = await faults.inject({ fault: 'no-op', service: 'store', params: {}, forMs: 60_000 })
    const shown = page.locator('tr[data-replica=store-1] [data-fault=no-op]')
    await shown.waitFor({ timeout: 5_000 })
    expect(await shown.innerText()).toMatch(/^no-op, on purpose: \d+ s left$/)
    await faults.lift(fault.id)
    await shown.waitFor({ state: 'detached', timeout: 5_000 })
  })

  it('shows the command that ends each fault, the last one first, and the one that ends all', async () => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await page.click('.navigation >> text=Stack')
    const inject = (service: string) => faults.inject({ fault: 'no-op', service, params: {}, forMs: 60_000 })
    const [first, last] = [await inject('store'), await inject('worker')]
    await page.waitForSelector('.faults li:nth-child(2)', { timeout: 5_000 })
    const section = await page.locator('.faults').innerText()
    expect(section).toMatch(
      /no-op of worker-1, \d+ s left\. Landed: nothing was done to worker-1[\s\S]*no-op of store-1/,
    )
    await shoot('stack-faults')
    const copied = async (purpose: string) => {
      await page.click(`button[aria-label="Copy the command that ${purpose}"]`)
      await page.waitForSelector('.command button:has-text("Copied")')
      return page.evaluate<string>('navigator.clipboard.readText()')
    }
    const state = '--state /home/ada/shop/.firedrill'
    expect(await copied('ends no-op of store-1')).toBe(`firedrill fault clear ${first.id.slice(0, 8)} ${state}`)
    expect(await copied('ends all faults')).toBe(`firedrill fault clear ${state}`)
    await faults.lift(last.id)
    await page.waitForSelector('.faults li:nth-child(2)', { state: 'detached', timeout: 5_000 })
    expect(await page.locator('.faults').innerText()).not.toContain('All of them')
    await faults.liftAll()
    await page.waitForSelector('.faults', { state: 'detached', timeout: 5_000 })
    expect(complaints).toEqual([])
  })

  it('lists every part and replica with its state, and says how Prometheus and Alertmanager are opened', async () => {
    await page.click('.navigation >> text=Stack')
    const store = page.locator('tr[data-replica=store-1]')
    expect(await store.innerText()).toMatch(/healthy/)
    for (const service of runtime.services()) {
      expect(await page.locator('table.stack').innerText()).toContain(service.name)
    }
    for (const name of ['prometheus', 'alertmanager']) {
      expect(await page.locator(`.part-pages code:has-text("${name}")`).innerText()).toMatch(
        new RegExp(`^firedrill open ${name} --state `),
      )
    }
    expect(await page.locator('.notice').innerText()).toContain('port 8000 is taken')
    const all = runtime.services().length
    await runtime.kill({ service: 'store' }, 'SIGKILL', 'fault')
    await page.waitForSelector('tr[data-replica=store-1]:has-text("exited")', { timeout: 5_000 })
    expect(await page.locator('.lead').innerText()).toContain(
      `${all - 1} of ${all} replicas of ${all} parts are healthy`,
    )
    await shoot('stack-light')
  })

  it('says that everything is halted, why, and how that ends', async () => {
    await page.click('.navigation >> text=Stack')
    halted = { sinceMs: Date.now() - 65_000, why: 'a real incident', durable: true }
    const notice = page.getByText('a real incident')
    await notice.waitFor()
    expect(await notice.textContent()).toMatch(
      /^Halted for 1 min \d+ s: a real incident\. No run, load or fault begins/,
    )
    await page.getByText('firedrill halt --release --state /home/ada/shop/.firedrill').waitFor()
    halted = null
    await notice.waitFor({ state: 'detached' })
  })

  it('shows a few notices, and folds many', async () => {
    await page.click('.navigation >> text=Stack')
    const notice = page.getByText('port 8000 is taken')
    await notice.waitFor()
    notices = [8_000, 8_001, 8_002, 9_090].map((taken) => `port ${taken} is taken: it listens elsewhere`)
    await page.reload()
    await page.getByText('4 notices').waitFor()
    expect(await notice.isVisible()).toBe(false)
    await page.getByText('4 notices').click()
    expect(await notice.isVisible()).toBe(true)
  })

  it('says what is wrong with control and its disks, until it is over', async () => {
    await page.click('.navigation >> text=Stack')
    const text = 'the disk of /state is full: 0 B free of 60.0 MiB'
    troubles = [{ kind: 'disk', text, sinceMs: Date.now() - 5_000 }]
    await page.locator('.trouble[role=alert]').waitFor({ timeout: 5_000 })
    expect(await page.locator('.trouble').innerText()).toMatch(/^the disk of \/state is full: .+ \(for \d+ s\)$/)
    troubles = []
    await page.locator('.trouble').waitFor({ state: 'detached', timeout: 5_000 })
  })

  it('is reached by keyboard alone', async () => {
    await page.keyboard.press('Tab')
    expect(await page.evaluate<string>('document.activeElement.textContent')).toBe('Skip to content')
    const focused = () => page.evaluate<string>('document.activeElement.textContent')
    for (let presses = 0; presses < 20 && (await focused()) !== 'Stack'; presses++) await page.keyboard.press('Tab')
    expect(await focused()).toBe('Stack')
    await shoot('keyboard-focus')
    await page.keyboard.press('Enter')
    await page.waitForSelector('h1:has-text("Stack")')
    expect(await page.title()).toBe('Stack · Firedrill')
  })
})

describe('any screen', () => {
  it.each([
    ['phone-light', 360, 'light'],
    ['phone-dark', 360, 'dark'],
    ['desktop-dark', 1_100, 'dark'],
  ] as const)('shows both pages without scrolling sideways: %s', async (name, width, colorScheme) => {
    await faults.inject({ fault: 'no-op', service: 'store', params: {}, forMs: 60_000 })
    const other = await openPage({ viewport: { width, height: 740 }, colorScheme })
    for (const title of ['Prices', 'Stack']) {
      await other.click(`.navigation >> text=${title}`)
      await other.waitForSelector(title === 'Prices' ? 'svg.sparkline' : 'tr[data-replica=store-1]')
      const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
      expect(await other.evaluate<number>(overflow), title).toBeLessThanOrEqual(0)
      await shoot(`${name}-${title.toLowerCase()}`, other)
    }
    if (SCREENSHOTS !== undefined) {
      await other.click('.navigation >> text=Prices')
      await quotes.stop()
      await other.waitForSelector('.banner')
      await shoot(`${name}-banner`, other)
    }
    await other.context().close()
  })
})
