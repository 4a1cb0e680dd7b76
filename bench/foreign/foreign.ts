/**
 * What a run itself costs on a system that is not ours: a drill in which nothing of the system has to be waited for, on a real Prometheus
 * and Alertmanager, beside a fixed piece of work and the start of a command that does nothing.
 *
 *   npm run bench:foreign -- [--runs 10]
 */
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { execa } from 'execa'
import { packageFolder } from '../../src/base/files/package-folder.ts'
import { median } from '../../src/base/median.ts'
import type { Journal } from '../../src/drills/journal/journal.ts'
import { compare, measure } from '../measuring/checks.ts'
import { distribution } from '../measuring/distribution.ts'
import { finish } from '../measuring/finish.ts'
import { MachineSpeed } from '../measuring/machine-speed.ts'
import { type BenchMonitoring, startMonitoring } from '../measuring/monitoring.ts'
import { startPinned } from '../measuring/pinned.ts'
import { print } from '../measuring/print.ts'
import { temporaryFolder } from '../measuring/stack.ts'

/**
 * Pieces of reference work in the own time of a run: a second on a machine that needs 3 ms for a piece. The rest of the command, in starts:
 * twice that of bench:drills, since the guardian starts and ends too.
 */
const LIMITS = { ownWork: 333, restToStart: 10 }
const CLI = join(packageFolder(), 'dist', 'src', 'cli', 'run-main.js')
/** Phases in which something of the system is waited for: that it is calm, seen, settled, resolved. */
const WAITING: readonly string[] = ['calm', 'watch', 'settle', 'resolve']

/** `target` is scraped at its URL. */
function systemFile({ prometheusUrl, alertmanagerUrl }: BenchMonitoring, target: string): string {
  return `name: bare
environment: lab
prometheus: ${prometheusUrl}
alertmanager: ${alertmanagerUrl}
services:
  bare: { urls: ["${target}"], labels: { job: bare }, process: { port: ${new URL(target).port}, start: [node] } }
`
}

const DRILL = `title: Everything is immediate
why: Nothing of the system has to be waited for, so that what is left is the run itself.
steadyState:
  - { metric: vector(1), is: "== 1" }
load: none
method:
  - { at: 0s, fault: pause, target: bare, for: 10s }
expectations:
  - { steady: true, within: 2s }
`

interface OneRun {
  ownMs: number
  /** What the command took besides its run: its start, the plan, the guardian. */
  restMs: number
  phases: Record<string, number>
  verdict: string
}

async function runOnce(folder: string): Promise<OneRun> {
  const sinceMs = performance.now()
  const args = [
    'run',
    '--busy',
    join(folder, 'drill.yaml'),
    '--system',
    join(folder, 'firedrill.yaml'),
    '--json',
    '--state',
    join(folder, 'state'),
  ]
  const { stdout, stderr } = await execa(process.execPath, [CLI, ...args], { reject: false })
  const commandMs = performance.now() - sinceMs
  if (!stdout.includes('"timings"')) throw new Error(`the run left no journal: ${stderr}${stdout}`)
  const { timings, verdict, reasons } = JSON.parse(stdout) as Journal
  if (verdict !== 'held') print(`${verdict}: ${reasons.join('; ')}`)
  const sum = (all: typeof timings) => all.reduce((ms, { tookMs }) => ms + tookMs, 0)
  return {
    verdict,
    ownMs: sum(timings.filter(({ name }) => !WAITING.includes(name))),
    restMs: commandMs - sum(timings),
    phases: Object.fromEntries(timings.map(({ name, tookMs }) => [name, tookMs])),
  }
}

async function startMs(): Promise<number> {
  const sinceMs = performance.now()
  await execa(process.execPath, [CLI, 'run', '--help'])
  return performance.now() - sinceMs
}

const { values } = parseArgs({ options: { runs: { type: 'string', default: '10' } } })
const folder = await temporaryFolder()
const program = join(packageFolder(), 'dist', 'bench', 'measuring', 'bare-server.js')
const metrics = join(folder, 'metrics.txt')
await writeFile(metrics, 'bare_up 1\n')
const env = { PATH: process.env.PATH ?? '', BARE_BODY: metrics }
const bare = await startPinned({ name: 'bare server', core: 0, env, command: () => [process.execPath, program] })
const scrape_configs = [{ job_name: 'bare', static_configs: [{ targets: [new URL(bare.url).host] }] }]
const monitoring = await startMonitoring(folder, { everyMs: 500, rules: [], scrape_configs })
const [runs, starts]: [OneRun[], number[]] = [[], []]
const speed = new MachineSpeed()
try {
  await writeFile(join(folder, 'firedrill.yaml'), systemFile(monitoring, bare.url))
  await writeFile(join(folder, 'drill.yaml'), DRILL)
  for (let run = 1; run <= Number(values.runs); run += 1) {
    starts.push(await startMs())
    speed.sample()
    const one = await runOnce(folder)
    runs.push(one)
    print(`run ${run}: own ${one.ownMs} ms, besides it ${Math.round(one.restMs)} ms  ${JSON.stringify(one.phases)}`)
  }
} finally {
  await monitoring.stop()
  await bare.stop()
  await rm(folder, { recursive: true })
}
const ownMs = distribution(runs.map((run) => run.ownMs))
const restMs = distribution(runs.map((run) => run.restMs))
const checks = [
  measure({ what: 'runs not held', ours: runs.filter(({ verdict }) => verdict !== 'held').length, atMost: 0 }),
  compare({
    ...{ what: 'own time of a run', unit: 'ms', ours: ownMs.median },
    ...{ peerName: 'reference work', peer: speed.workMs, atMost: LIMITS.ownWork },
  }),
  compare({
    ...{ what: 'besides the run, a command', unit: 'ms', ours: restMs.median },
    ...{ peerName: 'start of run --help', peer: median(starts), atMost: LIMITS.restToStart },
  }),
]
await finish('foreign', checks, { ownMs, restMs, referenceWorkMs: speed.workMs, runs })
