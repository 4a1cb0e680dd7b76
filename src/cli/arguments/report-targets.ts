import { extname } from 'node:path'
import { checkUserOutput, writeUserFile } from '../../base/files/user-output.ts'
import type { Journal } from '../../drills/journal/journal.ts'
import type { Reporter } from '../../reporters/reporter.ts'
import { reporters } from '../../reporters/reporters.ts'
import { cliErrors } from '../errors.ts'
import { note, writeDocument } from '../terminal/output.ts'
import { choose } from './choice.ts'

/** Where a report is to be written, and how. */
export interface ReportTarget {
  reporter: Reporter
  /** `-` is stdout. */
  path: string
}

/** For options that may be given again. */
export function collect(value: string, before: string[]): string[] {
  return [...before, value]
}

/**
 * Reads `junit=out.xml`, or `out.xml` alone, whose ending names the form. Before anything is run: a typing error must not
 * cost the time of a drill.
 * @throws FD_USAGE for an unknown form, and when two would share stdout
 */
export function readReportTargets(options: readonly string[], json: boolean): ReportTarget[] {
  const targets = options.map(readTarget)
  const toStdout = targets.filter(({ path }) => path === '-').length + Number(json)
  if (toStdout > 1) {
    throw cliErrors.error('FD_USAGE', {
      message: 'two results would be written to stdout',
      where: '--report',
      expected: 'one "-" at most, and none with --json',
      given: options.join(' '),
    })
  }
  return targets
}

function readTarget(option: string): ReportTarget {
  const at = option.indexOf('=')
  const [form, path] = at < 0 ? [formOf(option), option] : [option.slice(0, at), option.slice(at + 1)]
  if (form === undefined || path === '') {
    throw cliErrors.error('FD_USAGE', {
      message: 'the report has no form or no file',
      where: '--report',
      expected: `FORM=FILE with one of ${Object.keys(reporters).join(', ')}, or a file whose ending names the form`,
      given: option,
    })
  }
  return { reporter: choose(reporters, form, 'form of a report'), path }
}

/** The form that a file's ending tells; `undefined` when it tells none. */
export function formOf(path: string): keyof typeof reporters | undefined {
  const ending = extname(path).toLowerCase()
  const names = Object.keys(reporters) as (keyof typeof reporters)[]
  return names.find((name) => (reporters[name] as Reporter).extensions.includes(ending))
}

/** Whether each of them can be written, before what they report is run. @throws FD_FILE_UNWRITABLE */
export async function checkReportTargets(targets: readonly ReportTarget[]): Promise<void> {
  for (const { path } of targets) if (path !== '-') await checkUserOutput(path)
}

/** Writes every report; without journals, none. @throws FD_FILE_UNWRITABLE */
export async function writeReports(targets: readonly ReportTarget[], journals: readonly Journal[]): Promise<void> {
  if (journals.length === 0) return
  for (const { reporter, path } of targets) {
    const text = reporter.render(journals)
    if (path === '-') writeDocument(text)
    // A job's summary on GitHub is one file for all that a step does: what others wrote there stays.
    else if (path === process.env.GITHUB_STEP_SUMMARY) await writeUserFile(path, `${text}\n`, { append: true })
    else await writeUserFile(path, text)
    if (path !== '-') note(`report written to ${path}`)
  }
}
