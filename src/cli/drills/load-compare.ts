import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Command } from 'commander'
import { fileLimits, readUserFile } from '../../base/files/user-file.ts'
import type { LoadResult } from '../../load/result/result.ts'
import { readContext } from '../command.ts'
import { fitTable } from '../tables/fit-table.ts'
import { note, print, printJson } from '../terminal/output.ts'

export function addLoadCompare(load: Command, signal: AbortSignal): void {
  load
    .command('compare')
    .summary('two runs beside each other')
    .description('Shows every figure of two runs and by how much it changed, endpoint by endpoint.')
    .argument('<before>', 'folder of a report, or its result.json')
    .argument('<after>', 'the same of another run')
    .action(async (beforePath: string, afterPath: string, _options, command) => {
      const { json } = readContext(command, signal)
      const { compareRuns, comparisonNotes, comparisonRows } = await import('../../reporters/load/compare.ts')
      const [before, after] = [await readResult(beforePath), await readResult(afterPath)]
      const differences = compareRuns(before, after)
      const notes = comparisonNotes(before, after)
      if (json) return printJson({ notes, differences })
      for (const text of notes) note(`! ${text}`)
      const rows = [['ENDPOINT', 'FIGURE', 'BEFORE', 'AFTER', 'CHANGE'], ...comparisonRows(differences)]
      for (const line of fitTable(rows)) print(line)
    })
}

async function readResult(path: string): Promise<LoadResult> {
  const [{ loadErrors }, { readLoadResult }] = await Promise.all([
    import('../../load/errors.ts'),
    import('../../load/result/read-result.ts'),
  ])
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
  const file = isFolder ? join(path, 'result.json') : path
  const missing = (cause: unknown) =>
    loadErrors.error('FD_LOAD_RESULT', {
      message: 'there is no such file',
      where: file,
      expected: 'a folder that `firedrill load` has written, or the result.json in it',
      cause,
    })
  return readLoadResult(await readUserFile(file, { maxBytes: fileLimits.loadResult, missing }), file)
}
