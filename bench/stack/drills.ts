/**
 * Every drill that ships, in order on one stack, as `firedrill run drills/*.yaml` runs them, `--rounds` times: the verdicts,
 * how long it takes, how near detection comes to what the monitoring's own clock costs, what Firedrill itself adds, and whether every alert has fired.
 *
 *   npm run bench:drills -- [--rounds 1] [--only store-crash,quiet]
 */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { execa } from 'execa'
import { packageFolder } from '../../src/base/files/package-folder.ts'
import { median } from '../../src/base/median.ts'
import type { Coverage } from '../../src/coverage/coverage.ts'
import type { Journal } from '../../src/drills/journal/journal.ts'
import { compare, measure } from '../measuring/checks.ts'
import { distribution, tenth } from '../measuring/distribution.ts'
import { finish } from '../measuring/finish.ts'
import { print } from '../measuring/print.ts'
import { startStack } from '../measuring/stack.ts'

/**
 * Detection to its floor, in the median; Firedrill's own time at the end of a run to the whole run; what commands take besides their
 * runs, to the start of the same command with --help.
 */
const LIMITS = { timesFloor: 1.3, ownToRun: 0.1, restToStart: 5 }
/** Where in the scrape a fault falls is chance: fewer drills than this that expect an alert say nothing of detection. */
const FEWEST_DETECTED = 10

interface Figures {
  drill: string
  verdict: string
  reasons: readonly string[]
  tookMs: number
  mttdMs: number | null
  mttrMs: number | null
  /** Of the expected alert, on average: where in the scrape the fault fell is chance. */
  floorMs: number | null
  /** From the last thing that was waited for to the verdict. */
  ownMs: number
}

/** Phases in which nothing of the system is waited for. */
const OWN: readonly string[] = ['stop load', 'count', 'events']

function figuresOf(journal: Journal): Figures {
  const expectsAlert = journal.expectations.some(({ kind }) => kind === 'alert')
  const sum = (names: readonly string[]) =>
    journal.timings
      .filter(({ name }) => names.length === 0 || names.includes(name))
      .reduce((ms, one) => ms + one.tookMs, 0)
  return {
    drill: journal.drill.file.replace(/^.*\/|\.yaml$/g, ''),
    verdict: journal.verdict,
    reasons: journal.reasons,
    tookMs: sum([]),
    mttdMs: journal.mttdMs,
    mttrMs: journal.mttrMs,
    floorMs: expectsAlert ? (journal.floor?.received.meanMs ?? null) : null,
    ownMs: sum(OWN),
  }
}

/** Time of a command that only starts, in the median of five. */
async function timeOfStart(): Promise<number> {
  const times: number[] = []
  for (let n = 0; n < 5; n++) {
    const sinceMs = performance.now()
    await execa(process.execPath, [join(packageFolder(), 'bin', 'firedrill.js'), 'run', '--help'])
    times.push(performance.now() - sinceMs)
  }
  return median(times)
}

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '1' }, only: { type: 'string', default: '' } },
})
const all = (await readdir(join(packageFolder(), 'drills'))).map((file) => file.replace(/\.yaml$/, '')).sort()
const names = values.only === '' ? all : values.only.split(',')
const stack = await startStack('lab')
const rounds: Figures[][] = []
const suites: number[] = []
/** What each command took besides its run: its start, reading, the journal. */
const restsMs: number[] = []
const startMs = await timeOfStart()
let coverage: Pick<Coverage, 'unfiredAlerts' | 'unseenFaults'> & { alerts: number; fired: number } = {
  alerts: 0,
  fired: 0,
  unfiredAlerts: [],
  unseenFaults: [],
}
try {
  for (let round = 1; round <= Number(values.rounds); round++) {
    const sinceMs = performance.now()
    const figures: Figures[] = []
    for (const name of names) {
      const program = join(packageFolder(), 'bin', 'firedrill.js')
      const args = [program, 'run', name, '--json', '--state', stack.folder.path]
      const runSinceMs = performance.now()
      const { stdout, stderr } = await execa(process.execPath, args, { reject: false })
      const commandMs = performance.now() - runSinceMs
      if (!stdout.startsWith('{')) throw new Error(`${name} left no journal: ${stderr}`)
      const one = figuresOf(JSON.parse(stdout) as Journal)
      figures.push(one)
      restsMs.push(commandMs - one.tookMs)
      const [mttd, floor, mttr] = [one.mttdMs, one.floorMs, one.mttrMs].map((ms) => (ms === null ? '–' : `${ms} ms`))
      print(
        `${name.padEnd(22)} ${one.verdict.padEnd(13)} ${tenth(one.tookMs / 1_000)} s  detected ${mttd} (floor ${floor})  repaired ${mttr}`,
      )
      for (const reason of one.reasons) print(`    ${reason}`)
    }
    rounds.push(figures)
    suites.push(performance.now() - sinceMs)
    print(
      `round ${round}: ${figures.filter(({ verdict }) => verdict === 'held').length} of ${figures.length} held, ${Math.round((suites.at(-1) ?? 0) / 1_000)} s`,
    )
  }
  const program = join(packageFolder(), 'bin', 'firedrill.js')
  const { stdout } = await execa(process.execPath, [program, 'coverage', '--json', '--state', stack.folder.path])
  const { alerts, unfiredAlerts, unseenFaults } = JSON.parse(stdout) as Coverage
  coverage = { alerts: alerts.length, fired: alerts.length - unfiredAlerts.length, unfiredAlerts, unseenFaults }
} finally {
  await stack.stop()
}

const runs = rounds.flat()
// Where in the scrape a fault falls is chance: of each drill the median of the rounds, against the mean of its floor.
const ratios = names.flatMap((name) => {
  const detected = runs.flatMap((one) =>
    one.drill === name && one.mttdMs !== null && one.floorMs !== null ? [one.mttdMs / one.floorMs] : [],
  )
  return detected.length === 0 ? [] : [median(detected)]
})
const timesFloor = distribution(ratios)
const ownMs = distribution(runs.map((one) => one.ownMs))
const ownToRun = distribution(runs.map(({ ownMs, tookMs }) => (100 * ownMs) / tookMs))
const held = runs.filter(({ verdict }) => verdict === 'held').length
print(`coverage: ${JSON.stringify(coverage)}`)
print(`Firedrill's own time at the end of a run: median ${ownMs.median} ms, at most ${ownMs.max}`)
const isWhole = values.only === ''
const checks = [
  measure({ what: 'drills not held', ours: runs.length - held, atMost: 0 }),
  ...(ratios.length < FEWEST_DETECTED
    ? []
    : [measure({ what: 'detection to its floor', ours: timesFloor.median, atMost: LIMITS.timesFloor })]),
  measure({ what: 'own time of a run', unit: '%', ours: ownToRun.median, atMost: 100 * LIMITS.ownToRun }),
  compare({
    ...{ what: 'besides the run, a command', unit: 'ms', ours: median(restsMs) },
    ...{ peerName: 'start of run --help', peer: startMs, atMost: LIMITS.restToStart },
  }),
  ...(isWhole
    ? [
        measure({
          ...{ what: 'alerts unfired, faults unseen', atMost: 0 },
          ours: coverage.unfiredAlerts.length + coverage.unseenFaults.length,
        }),
      ]
    : []),
]
await finish('drills', checks, {
  partial: !isWhole,
  only: values.only,
  suiteMs: suites,
  held,
  timesFloor,
  ownMs,
  coverage,
  rounds,
})
