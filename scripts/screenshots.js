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
/** Until the drill is in the middle: the fault is injected, and the alert fires or has fired. Milliseconds. */
const IN_THE_MIDDLE_MS = 6_500
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
  const run = spawn(process.execPath, [bin, 'run', DRILL, '--state', state], { cwd: root, stdio: 'ignore' })
  const ended = once(run, 'exit')
  await page.waitForTimeout(IN_THE_MIDDLE_MS)
  if (values.all === undefined) await takePictures(page, true)
  else await takeAll(page, values.all, 'during')
  await ended
  if (values.all === undefined) await takePictures(page, false)
  else await takeAll(page, values.all, 'after')
} finally {
  await browser.close()
  await firedrill('down', '--purge')
  await rm(state, { recursive: true, force: true })
}

/** @param {string[]} args */
function firedrill(...args) {
  return execa(process.execPath, [bin, ...args, '--state', state], { cwd: root, stdin: 'ignore', reject: false })
}

async function takePictures(page, during) {
  for (const picture of PICTURES.filter((one) => one.during === during)) {
    await show(page, picture)
    await page.screenshot({ path: join(root, 'docs', 'images', `${picture.name}.png`) })
    process.stdout.write(`docs/images/${picture.name}.png\n`)
  }
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

/** The id of the latest run, as the API has it. */
async function lastRun(page) {
  const { journals } = await page.evaluate(
    (path) => fetch(path).then((answer) => answer.json()),
    endpoints.journals.path,
  )
  return journals[0].id
}
