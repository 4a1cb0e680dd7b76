// Makes the screenshots in docs/images/ from a real stack in the middle of a drill.
//
//   node scripts/screenshots.js                 the pictures of the documentation
//   node scripts/screenshots.js --all FOLDER    every page, light and dark, at 390, 1280 and 1920 pixels, for a person to look at
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { execa } from 'execa'
import { prepare } from './prepare.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const bin = join(root, 'bin', 'firedrill.js')
const DRILL = 'store-crash'
/** A run on a busy machine proves nothing, and is no picture of anything. */
const MOST_RUNS = 5
/** From the moment that the fault is in force to the middle of the drill: the alert fires, and the responder acts. Milliseconds. */
const IN_THE_MIDDLE_MS = 300
const WIDTHS = [390, 1_280, 1_920]
/** Until a page has drawn its graphs, in milliseconds. */
const SETTLE_MS = 2_000

/** The pictures of the documentation: the address of each, and whether it is taken while the drill runs. */
const PICTURES = [
  { name: 'console-overview', address: 'overview', colorScheme: 'light', during: true },
  { name: 'console-stack', address: 'stack', colorScheme: 'light', during: true },
  { name: 'console-drill', address: `drills/${DRILL}/runs/LAST`, colorScheme: 'light', during: false },
  { name: 'console-dashboard', address: 'dashboards/overview?range=5m', colorScheme: 'dark', during: false },
]

const { values } = parseArgs({ options: { all: { type: 'string' } } })
prepare()
const { launchBrowser } = await import('../dist/bench/measuring/browser.js')
const { endpoints } = await import('../dist/src/api/contract/endpoints.js')
const state = await mkdtemp(join(tmpdir(), 'fd-screenshots-'))
// Passable, so that PostgreSQL's user can reach its data when we are root.
await chmod(state, 0o755)
const browser = await launchBrowser()
try {
  await firedrill('up', '--detach')
  const { stdout: link } = await firedrill('open', '--print')
  const context = await browser.newContext({ viewport: { width: 1_280, height: 900 }, deviceScaleFactor: 1 })
  const page = await context.newPage()
  await page.goto(link.trim())
  await page.locator('.session-button[data-access=operate]').waitFor()
  // A first run, so that there is something to compare with.
  await firedrill('run', DRILL)
  if (values.all === undefined) {
    for (const picture of PICTURES.filter(({ during }) => during)) {
      await show(page, picture)
      await untilHeld(page, () => take(page, picture))
    }
    for (const picture of PICTURES.filter(({ during }) => !during)) {
      await show(page, picture)
      await take(page, picture)
    }
  } else {
    await untilHeld(page, () => takeAll(page, values.all, 'during'))
    await takeAll(page, values.all, 'after')
  }
} finally {
  await browser.close()
  await firedrill('down', '--purge')
  await rm(state, { recursive: true, force: true })
}

/** @param {string[]} args */
function firedrill(...args) {
  return execa(process.execPath, [bin, ...args, '--state', state], { cwd: root, stdin: 'ignore', reject: false })
}

/** Runs the drill until a run holds; in the middle of each, `act` is called. */
async function untilHeld(page, act) {
  for (let runs = 0; runs < MOST_RUNS; runs += 1) {
    const run = spawn(process.execPath, [bin, 'run', DRILL, '--state', state], { cwd: root, stdio: 'ignore' })
    const ended = once(run, 'exit')
    while (run.exitCode === null && !(await isFaultInForce(page))) await page.waitForTimeout(50)
    if (run.exitCode === null) {
      await page.waitForTimeout(IN_THE_MIDDLE_MS)
      await act()
    }
    const [code] = await ended
    if (code === 0) return
    process.stdout.write(`the drill did not hold: exit code ${code}\n`)
  }
}

async function take(page, { name }) {
  await page.screenshot({ path: join(root, 'docs', 'images', `${name}.png`) })
  process.stdout.write(`docs/images/${name}.png\n`)
}

async function takeAll(page, folder, when) {
  await mkdir(folder, { recursive: true })
  const links = await page.locator('.navigation a').evaluateAll((all) => all.map((one) => String(one)))
  const addresses = [...links.map((one) => new URL(one).hash.slice(2)), `drills/${DRILL}`, `drills/${DRILL}/runs/LAST`]
  for (const address of addresses) {
    for (const colorScheme of ['light', 'dark']) {
      for (const width of when === 'during' ? [1_280] : WIDTHS) {
        await page.setViewportSize({ width, height: width < 500 ? 844 : 900 })
        await show(page, { address, colorScheme })
        const name = `${address.replaceAll('/', '-')}-${when}-${width}-${colorScheme}.png`
        await page.screenshot({ path: join(folder, name), fullPage: true })
      }
    }
  }
}

async function show(page, { address, colorScheme }) {
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
  const named = address.includes('LAST') ? address.replace('LAST', await lastRun(page)) : address
  await page.evaluate((to) => {
    globalThis.location.hash = `#/${to}`
  }, named)
  await page.locator('main h1').first().waitFor()
  await page.waitForTimeout(SETTLE_MS)
}

async function isFaultInForce(page) {
  const { faults } = await page.evaluate((path) => fetch(path).then((answer) => answer.json()), endpoints.faults.path)
  return faults.length > 0
}

/** The id of the latest run, as the API has it. */
async function lastRun(page) {
  const { journals } = await page.evaluate(
    (path) => fetch(path).then((answer) => answer.json()),
    endpoints.journals.path,
  )
  return journals[0].id
}
