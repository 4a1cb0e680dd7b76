import { extname } from 'node:path'
import { choose } from '../../base/choose.ts'
import { usageErrors } from '../../base/usage-errors.ts'
import type { Reporter } from '../../reporters/reporter.ts'
import { reporters } from '../../reporters/reporters.ts'
import type { ReportTarget } from '../../reporters/write-reports.ts'

/**
 * Reads `junit=out.xml`, or `out.xml` alone, whose ending names the form. Before anything is run: a typing error must not
 * cost the time of a drill.
 * @throws FD_USAGE for an unknown form, and when two results would go to stdout
 */
export function readReportTargets(options: readonly string[], json: boolean): ReportTarget[] {
  const targets = options.map(readTarget)
  const toStdout = targets.filter(({ path }) => path === '-').length + Number(json)
  if (toStdout > 1) {
    throw usageErrors.error('FD_USAGE', {
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
    throw usageErrors.error('FD_USAGE', {
      message: 'the report has no form or no file',
      where: '--report',
      expected: `FORM=FILE with one of ${Object.keys(reporters).join(', ')}, or a file whose ending names the form`,
      given: option,
    })
  }
  return { reporter: choose(reporters, form, 'form of a report'), path }
}

/** The form that the ending of a file names; `undefined` for another ending. */
export function formOf(path: string): keyof typeof reporters | undefined {
  const ending = extname(path).toLowerCase()
  const names = Object.keys(reporters) as (keyof typeof reporters)[]
  return names.find((name) => (reporters[name] as Reporter).extensions.includes(ending))
}
