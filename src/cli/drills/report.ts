import { Option } from 'commander'
import { readWhole } from '../arguments/read-whole.ts'
import { type AddCommand, type CommandContext, readContext } from '../command.ts'
import { fitTable } from '../tables/fit-table.ts'
import { note, print, printJson, usesColour, writeDocument } from '../terminal/output.ts'

/** Listed here so that --help loads no reporter. A test compares the list with the map of reporters. */
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
    .summary('report earlier runs again')
    .description(
      'Renders journals for the terminal, as Markdown, as a page, as JUnit XML or as JSON. Without paths: the latest journal of the\nstate folder. Needs no running stack.',
    )
    .argument('[journal...]', 'journal files')
    .addOption(
      new Option('--format <form>', 'form; by default the form of the ending of --out; terminal without --out').choices(
        FORMS,
      ),
    )
    .option('--out <file>', 'write there instead of to stdout')
    .option('--last <number>', 'this number of the latest journals of the state folder')
    .option('--list', 'list the journals of the state folder')
    .action(async (paths: string[], options: ReportOptions, command) => {
      const context = readContext(command, signal)
      if (options.list === true) await listAll(context)
      else await render(paths, options, context)
    })
}

async function render(paths: string[], options: ReportOptions, { folder, json }: CommandContext): Promise<void> {
  const [{ readJournals }, { formOf, readReportTargets }, { writeReports }] = await Promise.all([
    import('../../drills/journal/journal-store.ts'),
    import('../arguments/report-targets.ts'),
    import('../../reporters/write-reports.ts'),
  ])
  const path = options.out ?? '-'
  const form = options.format ?? (json ? 'json' : path === '-' ? 'terminal' : formOf(path))
  // An ending that names no form is refused as `run --report` refuses it.
  const targets = readReportTargets([form === undefined ? path : `${form}=${path}`], false)
  const last = readWhole('--last', options.last, 1) ?? (paths.length === 0 ? 1 : undefined)
  const journals = await readJournals(folder, { paths, last }, ({ journal }) => journal)
  if (form === 'terminal' && path === '-') {
    const { journalLines } = await import('../../reporters/terminal-report.ts')
    const color = usesColour(process.stdout)
    return print(journals.map((journal) => journalLines(journal, { color }).join('\n')).join('\n\n'))
  }
  await writeReports(targets, journals, { toStdout: writeDocument, note })
}

async function listAll({ folder, json }: CommandContext): Promise<void> {
  const { readJournals } = await import('../../drills/journal/journal-store.ts')
  const found = await readJournals(folder, { paths: [] }, ({ path, journal }) => {
    const { drill, verdict, startedAt, mttdMs, mttrMs } = journal
    return { path, title: drill.title, verdict, startedAt, mttdMs, mttrMs }
  })
  if (json) return printJson(found)
  const { secondsOrDash } = await import('../../reporters/text/sentences.ts')
  const rows = found.map(({ path, title, verdict, startedAt, mttdMs, mttrMs }) => [
    startedAt.replace('T', ' ').replace(/\.\d+Z$/, ''),
    verdict,
    secondsOrDash(mttdMs),
    secondsOrDash(mttrMs),
    title,
    path,
  ])
  for (const line of fitTable([['STARTED (UTC)', 'VERDICT', 'DETECTED', 'REPAIRED', 'DRILL', 'JOURNAL'], ...rows]))
    print(line)
}
