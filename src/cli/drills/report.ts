import { Option } from 'commander'
import { type AddCommand, type CommandContext, readContext } from '../command.ts'
import { cliErrors } from '../errors.ts'
import { fitTable } from '../tables/fit-table.ts'
import { print, printJson, usesColour } from '../terminal/output.ts'

/** By hand, so that --help needs none of the reporters. A test keeps the two alike. */
export const FORMS = ['terminal', 'markdown', 'html', 'junit', 'json'] as const

interface ReportOptions {
  format?: (typeof FORMS)[number]
  out?: string
  last?: string
  list?: true
}

export const addReport: AddCommand = (program, signal) => {
  program
    .command('report')
    .summary('write down again what drills came to')
    .description(
      'Renders journals as a terminal shows them, as Markdown, as a page, as JUnit XML or as JSON. Without paths: the latest of the\nstate folder. Needs no running stack.',
    )
    .argument('[journal...]', 'journal files')
    .addOption(
      new Option('--format <form>', 'form; by default what the ending of --out says, without --out terminal').choices(
        FORMS,
      ),
    )
    .option('--out <file>', 'write there instead of to stdout')
    .option('--last <number>', 'the latest so many of the state folder')
    .option('--list', 'list the journals of the state folder')
    .action(async (paths: string[], options: ReportOptions, command) => {
      const context = readContext(command, signal)
      if (options.list === true) await listAll(context)
      else await render(paths, options, context)
    })
}

async function render(paths: string[], options: ReportOptions, { folder, json }: CommandContext): Promise<void> {
  const [{ readJournals }, { formOf, readReportTargets, writeReports }] = await Promise.all([
    import('../journal-file.ts'),
    import('../arguments/report-targets.ts'),
  ])
  const path = options.out ?? '-'
  const form = options.format ?? (json ? 'json' : path === '-' ? 'terminal' : formOf(path))
  // An ending that tells no form is refused as `run --report` refuses it.
  const targets = readReportTargets([form === undefined ? path : `${form}=${path}`], false)
  const last = readCount(options.last, '--last') ?? (paths.length === 0 ? 1 : undefined)
  const journals = (await readJournals(folder, paths, last)).map(({ journal }) => journal)
  if (form === 'terminal' && path === '-') {
    const { journalLines } = await import('../../reporters/terminal-report.ts')
    const color = usesColour(process.stdout)
    return print(journals.map((journal) => journalLines(journal, { color }).join('\n')).join('\n\n'))
  }
  await writeReports(targets, journals)
}

async function listAll({ folder, json }: CommandContext): Promise<void> {
  const { readJournals } = await import('../journal-file.ts')
  const found = await readJournals(folder, [])
  if (json) {
    return printJson(
      found.map(({ path, journal: { drill, verdict, startedAt, mttdMs, mttrMs } }) => {
        return { path, title: drill.title, verdict, startedAt, mttdMs, mttrMs }
      }),
    )
  }
  const { secondsOrDash } = await import('../../reporters/text/sentences.ts')
  const rows = found.map(({ path, journal }) => [
    journal.startedAt.replace('T', ' ').replace(/\.\d+Z$/, ''),
    journal.verdict,
    secondsOrDash(journal.mttdMs),
    secondsOrDash(journal.mttrMs),
    journal.drill.title,
    path,
  ])
  for (const line of fitTable([['STARTED (UTC)', 'VERDICT', 'DETECTED', 'REPAIRED', 'DRILL', 'JOURNAL'], ...rows]))
    print(line)
}

/** @throws FD_USAGE unless it is a whole number from 1. */
export function readCount(given: string | undefined, where: string): number | undefined {
  if (given === undefined) return undefined
  const count = Number(given)
  if (Number.isSafeInteger(count) && count >= 1) return count
  throw cliErrors.error('FD_USAGE', { message: 'not a count', where, expected: 'a whole number from 1', given })
}
