import { join } from 'node:path'
import { writeUserFile } from '../../base/files/user-output.ts'
import type { LoadResult } from '../../load/result/result.ts'
import { historyCsv } from './csv.ts'
import { loadHtml } from './html.ts'

/** Writes what a run has come to: for people, for programs, and for spreadsheets. */
export async function writeLoadReport(folder: string, result: LoadResult): Promise<void> {
  await Promise.all([
    writeUserFile(join(folder, 'report.html'), loadHtml(result)),
    writeUserFile(join(folder, 'result.json'), `${JSON.stringify(result)}\n`),
    writeUserFile(join(folder, 'history.csv'), historyCsv(result)),
  ])
}
