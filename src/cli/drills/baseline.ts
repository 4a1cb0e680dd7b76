import type { Command } from 'commander'
import { messageOf } from '../../base/errors.ts'
import { InvalidFileError } from '../../base/files/file-problem.ts'
import { fileLimits, readUserFile } from '../../base/files/user-file.ts'
import { writeUserFile } from '../../base/files/user-output.ts'
import type { BaselineFile } from '../../baselines/baseline.ts'
import { type AddCommand, finish, readContext } from '../command.ts'
import { note, print, printJson, usesColour } from '../terminal/output.ts'
import { readCount } from './report.ts'

const FILE = 'drills.baseline.json'

export const addBaseline: AddCommand = (program, signal) => {
  const baseline = program
    .command('baseline')
    .summary('detection and repair times, held against a baseline')
    .description('Keeps how fast failures were detected and repaired, and reports when they no longer are.')
  addSave(baseline, signal)
  addCheck(baseline, signal)
}

function addSave(baseline: Command, signal: AbortSignal): void {
  baseline
    .command('save')
    .summary('keep the times of the runs that held')
    .description(
      'Writes detection and repair times of every drill, run by run, to a file to be committed. At least 5 runs that held are needed\nof each; 10 or more find smaller changes (firedrill run DRILL --repeat 10).',
    )
    .argument('[journal...]', 'journal files; all of the state folder when left out')
    .option('--file <file>', 'baseline file', FILE)
    .option('--last <number>', 'only the latest so many of the state folder')
    .action(async (paths: string[], options: { file: string; last?: string }, command) => {
      const { folder, json } = readContext(command, signal)
      const [{ readJournals }, { makeBaseline }] = await Promise.all([
        import('../journal-file.ts'),
        import('../../baselines/baseline.ts'),
      ])
      const found = await readJournals(folder, paths, readCount(options.last, '--last'))
      const file = makeBaseline(found.map(({ journal }) => journal))
      await writeUserFile(options.file, `${JSON.stringify(file, null, 2)}\n`)
      if (json) return printJson(file)
      for (const { title, detectedMs, repairedMs } of file.drills) {
        print(`${title}: ${Math.max(detectedMs.length, repairedMs.length)} runs`)
      }
      note(`baseline written to ${options.file}`)
    })
}

function addCheck(baseline: Command, signal: AbortSignal): void {
  baseline
    .command('check')
    .summary('compare the runs since then')
    .description(
      `Compares detection and repair times of the runs since the baseline was saved with it. Slower is what an exact test distinguishes from
chance (one-sided Mann–Whitney U, Holm over all figures, less than 1 % false alarms a check), and by at least 25 % and 100 ms.
Exits with 3 when something is slower, with 4 when runs are too few or too different to compare.`,
    )
    .argument('[journal...]', 'journal files; those of the state folder since the baseline when left out')
    .option('--file <file>', 'baseline file', FILE)
    .action(async (paths: string[], options: { file: string }, command) => {
      const { folder, json } = readContext(command, signal)
      const [{ readJournals }, { checkBaseline }, { baselineLines }] = await Promise.all([
        import('../journal-file.ts'),
        import('../../baselines/check.ts'),
        import('../../reporters/baseline-lines.ts'),
      ])
      const file = await readBaseline(options.file)
      const journals = (await readJournals(folder, paths)).map(({ journal }) => journal)
      const since = paths.length > 0 ? journals : journals.filter(({ startedAt }) => startedAt > file.lastRunAt)
      const check = checkBaseline(file, since)
      finish(check.slower ? 'deviated' : check.notCompared.length > 0 ? 'inconclusive' : 'ok')
      if (json) return printJson(check)
      for (const line of baselineLines(check, { color: usesColour(process.stdout) })) print(line)
    })
}

/** @throws FD_BASELINE_FILE */
async function readBaseline(path: string): Promise<BaselineFile> {
  const [{ baselineErrors }, { BASELINE_SCHEMA }, { createSchemaCheck }, { positionsInJson }] = await Promise.all([
    import('../../baselines/errors.ts'),
    import('../../baselines/baseline.ts'),
    import('../../base/schema/schema-check.ts'),
    import('../../base/yaml/yaml-source.ts'),
  ])
  const next = 'firedrill baseline save writes one'
  const missing = (cause: unknown) =>
    baselineErrors.error('FD_BASELINE_FILE', { message: 'there is no such file', where: path, next, cause })
  const content = await readUserFile(path, { maxBytes: fileLimits.written, missing })
  let value: unknown
  try {
    value = JSON.parse(content)
  } catch (cause) {
    throw baselineErrors.error('FD_BASELINE_FILE', {
      message: `not JSON: ${messageOf(cause)}`,
      where: path,
      next,
      cause,
    })
  }
  const problems = createSchemaCheck()(BASELINE_SCHEMA, value, [], positionsInJson(content))
  if (problems.length > 0) throw new InvalidFileError('FD_BASELINE_FILE', path, problems)
  return value as BaselineFile
}
