import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DrillCatalog } from '../../src/api/server/drills/drill-catalog.ts'
import { shippedDrills } from '../../src/drills/file/locate-drills.ts'
import { commandCost } from './command-cost.ts'
import { type Growth, measureGrowth } from './growth.ts'
import { cpuMsOf } from './own-cost.ts'

/** What a suite of drills costs before the first of them runs, by their number: reading, checking, planning. */
export async function drillGrowth(sizes: readonly number[]): Promise<Growth[]> {
  const folder = await mkdtemp(join(tmpdir(), 'fd-bench-drills-'))
  const shipped = await Promise.all(shippedDrills().map((path) => readFile(path, 'utf8')))
  const files: string[] = []
  try {
    return await measureGrowth({ least: 1, sizes }, async (size) => {
      while (files.length < size) {
        const path = join(folder, `drill-${files.length}.yaml`)
        await writeFile(path, shipped[files.length % shipped.length] ?? '')
        files.push(path)
      }
      const { cpuMs, peakMegabytes } = await commandCost(['run', ...files, '--dry-run', '--json'], folder)
      const list = await cpuMsOf(() => new DrillCatalog(NO_JOURNALS, { files: () => files }).list())
      return {
        'run --dry-run, CPU': { unit: 'ms', cost: cpuMs },
        'run --dry-run, peak memory': { unit: 'MB', cost: peakMegabytes },
        'page of drills, first time, CPU': { unit: 'ms', cost: list },
      }
    })
  } finally {
    await rm(folder, { recursive: true })
  }
}

const NO_JOURNALS = { list: async () => ({ entries: [], unreadable: 0 }) }
