/**
 * The console in a real browser, on a real stack: how soon it is there, beside a bare page of React and Vite; what it loads; what a
 * dashboard costs that is refreshed each second, and whether it keeps its memory; what fifty open consoles cost control and Prometheus.
 *
 *   npm run bench:console -- [--rounds 9] [--minutes 30] [--seconds 30]
 */
import { parseArgs } from 'node:util'
import type { Browser } from 'playwright-core'
import { consoleFolder } from '../../src/api/server/console-files.ts'
import { launchBrowser } from '../measuring/browser.ts'
import { type Check, compare, measure } from '../measuring/checks.ts'
import { distribution } from '../measuring/distribution.ts'
import { finish } from '../measuring/finish.ts'
import { MachineSpeed } from '../measuring/machine-speed.ts'
import { print } from '../measuring/print.ts'
import { startStack } from '../measuring/stack.ts'
import { serveBarePage } from './bare-page.ts'
import { type ColdOpen, coldOpen } from './cold-open.ts'
import { type CrowdCost, crowdCost } from './crowd-cost.ts'
import { type DashboardCost, dashboardCost } from './dashboard-cost.ts'
import { type PageSize, pageSizes } from './page-sizes.ts'

/**
 * Times of the console to those of the bare page; kilobytes; pieces of reference work in a second; memory at the end to that before.
 * A piece of reference work takes 7.5 ms where these were set: 20 % of a core for the dashboard, 15 % for the crowd.
 */
const LIMITS = {
  timesBare: 2,
  initialScriptKilobytes: 150,
  pageKilobytes: 300,
  dashboardWork: 27,
  keptMemory: 1.1,
  crowdWork: 20,
  askedOnce: 1.2,
}
/** The dashboard with the most panels; its cost is counted for this number of them. Its range is full before the heap is first read. */
const DASHBOARD = 'database'
const PANELS = 20
const CONSOLES = 50

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '9' },
    minutes: { type: 'string', default: '30' },
    seconds: { type: 'string', default: '30' },
  },
})
const stack = await startStack('lab')
const browser = await launchBrowser()
try {
  const opens = await measureOpens(browser, stack.view.url)
  const sizes = await pageSizes(browser, { url: stack.view.url, folder: consoleFolder() })
  for (const { page, allKilobytes } of sizes) print(`${page}: ${allKilobytes.toFixed(1)} KB`)
  const speed = new MachineSpeed()
  speed.sample()
  const { address, data } = await watchedDashboard(browser, stack.view.url)
  const dashboard = await dashboardCost(browser, { url: address, seconds: Number(values.minutes) * 60 })
  print(`dashboard: ${JSON.stringify(dashboard)}`)
  speed.sample()
  const seconds = Number(values.seconds)
  const none = await crowdCost(stack, { consoles: 0, seconds, data })
  const one = await crowdCost(stack, { consoles: 1, seconds, data })
  const crowd = await crowdCost(stack, { consoles: CONSOLES, seconds, data })
  for (const cost of [none, one, crowd]) print(JSON.stringify(cost))
  speed.sample()
  const measured = { opens, sizes, dashboard, none, one, crowd, workMs: speed.workMs }
  await finish('console', checksOf(measured), measured)
} finally {
  await browser.close()
  await stack.stop()
}

/** The console and the bare page in turn, each time with an empty cache. */
async function measureOpens(browser: Browser, url: string) {
  const bare = await serveBarePage()
  const [ours, peer]: [ColdOpen[], ColdOpen[]] = [[], []]
  try {
    // The first one is the browser's own start.
    await coldOpen(browser, bare.url, 'h1')
    for (let round = 0; round < Number(values.rounds); round++) {
      ours.push(await coldOpen(browser, url, 'main h1'))
      peer.push(await coldOpen(browser, bare.url, 'h1'))
    }
  } finally {
    await bare.close()
  }
  const spread = (of: ColdOpen[]) => ({
    firstPaintMs: distribution(of.map(({ firstPaintMs }) => firstPaintMs)),
    interactiveMs: distribution(of.map(({ interactiveMs }) => interactiveMs)),
  })
  const opens = { console: spread(ours), bare: spread(peer) }
  print(JSON.stringify(opens))
  return opens
}

/** The address of the dashboard, and what its page asks control for each time. */
async function watchedDashboard(browser: Browser, url: string): Promise<{ address: string; data: () => string }> {
  const address = `${url}/#/dashboards/${DASHBOARD}?range=5m&refresh=1s`
  const page = await browser.newPage({ viewport: { width: 1_920, height: 1_080 } })
  const asked = page.waitForRequest((request) => new URL(request.url()).pathname.endsWith(`/${DASHBOARD}/data`))
  await page.goto(address)
  const { pathname, search } = new URL((await asked).url())
  await page.close()
  return { address, data: () => pathname + search }
}

interface Measured {
  opens: Awaited<ReturnType<typeof measureOpens>>
  sizes: readonly PageSize[]
  dashboard: DashboardCost
  none: CrowdCost
  one: CrowdCost
  crowd: CrowdCost
  workMs: number
}

function checksOf({ opens, sizes, dashboard, none, one, crowd, workMs }: Measured): Check[] {
  const beside = { peerName: 'bare React page', unit: 'ms', atMost: LIMITS.timesBare }
  const work = { peerName: 'reference work', unit: 'ms', peer: workMs }
  const largest = sizes.reduce((a, b) => (b.allKilobytes > a.allKilobytes ? b : a))
  return [
    compare({
      ...{ what: 'first paint', ours: opens.console.firstPaintMs.median, peer: opens.bare.firstPaintMs.median },
      ...beside,
    }),
    compare({
      ...{ what: 'interactive', ours: opens.console.interactiveMs.median, peer: opens.bare.interactiveMs.median },
      ...beside,
    }),
    measure({
      ...{ what: 'initial scripts, gzip', unit: 'KB', ours: largest.initialScriptKilobytes },
      atMost: LIMITS.initialScriptKilobytes,
    }),
    measure({
      ...{ what: `largest page, gzip (${largest.page})`, unit: 'KB', ours: largest.allKilobytes },
      atMost: LIMITS.pageKilobytes,
    }),
    compare({
      ...{ what: `browser, ${PANELS} panels, a second`, ours: (dashboard.cpuMsASecond * PANELS) / dashboard.panels },
      ...{ ...work, atMost: LIMITS.dashboardWork },
    }),
    compare({
      ...{ what: 'heap of the page at the end', unit: 'MB', ours: dashboard.lateHeapMegabytes },
      ...{ peerName: 'before', peer: dashboard.earlyHeapMegabytes, atMost: LIMITS.keptMemory },
    }),
    compare({
      what: `control, ${crowd.consoles} consoles, a second`,
      ours: crowd.controlCpuMsASecond - none.controlCpuMsASecond,
      ...{ ...work, atMost: LIMITS.crowdWork },
    }),
    compare({
      ...{ what: `Prometheus queries, ${crowd.consoles} consoles`, unit: '/s', ours: crowd.queriesASecond },
      ...{ peerName: 'one console', peer: one.queriesASecond, atMost: LIMITS.askedOnce },
    }),
    measure({ what: 'failed answers of control', ours: crowd.failed, atMost: 0 }),
  ]
}
