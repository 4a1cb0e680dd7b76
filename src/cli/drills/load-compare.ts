import type { Command } from 'commander'
import { readContext } from '../command.ts'
import { fitTable } from '../tables/fit-table.ts'
import { note, print, printJson } from '../terminal/output.ts'

export function addLoadCompare(load: Command, signal: AbortSignal): void {
  const compare = load.command('compare')
  compare
    .summary('compare two runs')
    .description('Shows every figure of two runs and by how much it changed, endpoint by endpoint.')
    .argument('<before>', 'folder of a report, or its result.json')
    .argument('<after>', 'folder or result.json of another run')
    .action(async (beforePath: string, afterPath: string) => {
      const { json } = readContext(compare, signal)
      const [{ compareRuns, comparisonNotes, comparisonRows }, { openLoadResult }] = await Promise.all([
        import('../../reporters/load/compare.ts'),
        import('../../load/result/open-load-result.ts'),
      ])
      const [before, after] = [await openLoadResult(beforePath), await openLoadResult(afterPath)]
      const differences = compareRuns(before, after)
      const notes = comparisonNotes(before, after)
      if (json) return printJson({ notes, differences })
      for (const text of notes) note(`! ${text}`)
      const rows = [['ENDPOINT', 'FIGURE', 'BEFORE', 'AFTER', 'CHANGE'], ...comparisonRows(differences)]
      for (const line of fitTable(rows)) print(line)
    })
}
