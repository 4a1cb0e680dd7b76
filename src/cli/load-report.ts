import { join } from 'node:path'
import { writeAtomically } from '../base/files.ts'
import type { LoadResult } from '../load/result.ts'
import { historyCsv } from '../reporters/load/csv.ts'
import { loadHtml } from '../reporters/load/html.ts'

/** Writes what a run has come to: for people, for programs, and for spreadsheets. */
export async function writeLoadReport(folder: string, result: LoadResult): Promise<void> {
  await Promise.all([
    writeAtomically(join(folder, 'report.html'), loadHtml(result)),
    writeAtomically(join(folder, 'result.json'), `${JSON.stringify(result)}\n`),
    writeAtomically(join(folder, 'history.csv'), historyCsv(result)),
  ])
}
