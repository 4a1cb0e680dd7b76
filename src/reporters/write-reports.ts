import { checkUserOutput, writeUserFile } from '../base/files/user-output.ts'
import type { Journal } from '../drills/journal/journal.ts'
import type { Reporter } from './reporter.ts'

/** Writes the reports of runs to files and to stdout. */

/** Where a report is written, and how. */
export interface ReportTarget {
  reporter: Reporter
  /** `-` is stdout. */
  path: string
}

/** Writes every report; without journals, no report. @throws FD_FILE_UNWRITABLE */
export async function writeReports(
  targets: readonly ReportTarget[],
  journals: readonly Journal[],
  output: { toStdout(text: string): void; note(text: string): void },
): Promise<void> {
  if (journals.length === 0) return
  for (const { reporter, path } of targets) {
    const text = reporter.render(journals)
    if (path === '-') output.toStdout(text)
    // The summary of a job on GitHub is one file for all steps of the job: what other steps have written stays.
    else if (path === process.env.GITHUB_STEP_SUMMARY) await writeUserFile(path, `${text}\n`, { append: true })
    else await writeUserFile(path, text)
    if (path !== '-') output.note(`report written to ${path}`)
  }
}

/** Checks that each report can be written, before the drills that it reports are run. @throws FD_FILE_UNWRITABLE */
export async function checkReportTargets(targets: readonly ReportTarget[]): Promise<void> {
  for (const { path } of targets) if (path !== '-') await checkUserOutput(path)
}
