import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathOf } from '../../src/api/contract/path-of.ts'
import type { Journal } from '../../src/drills/journal/journal.ts'
import { journalName } from '../../src/drills/journal/journal-name.ts'
import { heldJournal } from '../../src/drills/journal/test-journal.ts'
import { commandCost } from './command-cost.ts'
import { ControlOfNothing } from './control-of-nothing.ts'
import { type Costs, type Growth, measureGrowth } from './growth.ts'
import { cpuMsOf, keptMegabytes } from './own-cost.ts'

/** What reads every journal of a state folder costs, by their number: commands, and control for its pages. */
export async function journalGrowth(sizes: readonly number[]): Promise<Growth[]> {
  const folder = await mkdtemp(join(tmpdir(), 'fd-bench-journals-'))
  try {
    await mkdir(join(folder, 'journals'))
    let written = 0
    return await measureGrowth({ least: LEAST, sizes }, async (size) => {
      for (; written < size; written += 1) await writeJournal(folder, written)
      return { ...(await commandCosts(folder)), ...(await pageCosts(folder)) }
    })
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** A baseline needs as many runs of a drill. */
const LEAST = 5
/** A suite of as many drills, so that a matrix has rows. */
const DRILLS = 10
const SECONDS = 60

async function commandCosts(folder: string): Promise<Costs> {
  const commands: Record<string, string[]> = {
    'report --list': ['report', '--list', '--json'],
    coverage: ['coverage', '--json'],
    'baseline save': ['baseline', 'save', '--file', join(folder, 'baseline.json')],
  }
  const costs: [string, Costs[string]][] = []
  for (const [name, args] of Object.entries(commands)) {
    const { cpuMs, peakMegabytes } = await commandCost(args, folder)
    costs.push(
      [`${name}, CPU`, { unit: 'ms', cost: cpuMs }],
      [`${name}, peak memory`, { unit: 'MB', cost: peakMegabytes }],
    )
  }
  return Object.fromEntries(costs)
}

/** What control keeps of journals, and what a page that lists them costs when all have been read. */
async function pageCosts(folder: string): Promise<Costs> {
  const control = await ControlOfNothing.start(folder)
  try {
    const first = await cpuMsOf(() => control.get(pathOf('journals', { query: { limit: 50 } })), {
      rounds: 1,
      warmUp: 0,
    })
    const again = await cpuMsOf(() => control.get(pathOf('journals', { query: { limit: 50 } })))
    const drills = await cpuMsOf(() => control.get(pathOf('drills')))
    return {
      'page of journals, first time, CPU': { unit: 'ms', cost: first },
      'page of journals, CPU': { unit: 'ms', cost: again },
      'page of drills, CPU': { unit: 'ms', cost: drills },
      'control, memory kept': { unit: 'MB', cost: keptMegabytes() },
    }
  } finally {
    await control.close()
  }
}

/** A journal of a run of a minute, as large as they are. */
async function writeJournal(folder: string, index: number): Promise<void> {
  const journal = journalOf(index)
  await writeFile(join(folder, 'journals', `${journalName(journal)}.json`), `${JSON.stringify(journal, null, 2)}\n`)
}

function journalOf(index: number): Journal {
  const held = heldJournal()
  const drill = index < LEAST ? 0 : index % DRILLS
  const perSecond = (value: number, spread: number) =>
    Array.from({ length: SECONDS }, (_, second) => value + (second % spread))
  const load = { requests: perSecond(60, 7), failures: perSecond(0, 1), p95Ms: perSecond(12, 5) }
  return {
    ...held,
    drill: { ...held.drill, title: `Drill ${drill}`, file: `drills/drill-${drill}.yaml` },
    startedAt: new Date(Date.UTC(2026, 0, 1) + index * 60_000).toISOString(),
    mttdMs: 300 + (index % 50),
    faults: held.faults.map((fault) => ({ ...fault, fault: `fault-${drill}` })),
    series: held.series && { ...held.series, load },
  }
}
