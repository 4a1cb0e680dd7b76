import type { Command } from 'commander'
import { writeUserFile } from '../../base/files/user-output.ts'
import { readWhole } from '../arguments/read-whole.ts'
import { type AddCommand, finish, readContext } from '../command.ts'
import { note, print, printJson, usesColour } from '../terminal/output.ts'

export const addBaseline: AddCommand = (program, signal) => {
  const baseline = program
    .command('baseline')
    .summary('compare detection and repair times with a baseline')
    .description(
      'Keeps how fast failures were detected and repaired, and reports when detection or repair becomes slower.',
    )
  addSave(baseline, signal)
  addCheck(baseline, signal)
}

const FILE = 'drills.baseline.json'

function addSave(baseline: Command, signal: AbortSignal): void {
  baseline
    .command('save')
    .summary('save the times of the runs that held')
    .description(
      'Writes detection and repair times of every drill, run by run, to a file to be committed. At least 5 runs that held are needed\nof each drill; 10 or more find smaller changes (firedrill run DRILL --repeat 10).',
    )
    .argument('[journal...]', 'journal files; all of the state folder when left out')
    .option('--file <file>', 'baseline file', FILE)
    .option('--last <number>', 'only this number of the latest journals of the state folder')
    .action(async (paths: string[], options: { file: string; last?: string }, command) => {
      const { folder, json } = readContext(command, signal)
      const [{ readJournals }, { makeBaseline }, { timedRun }] = await Promise.all([
        import('../../drills/journal/journal-store.ts'),
        import('../../baselines/baseline.ts'),
        import('../../baselines/timed-run.ts'),
      ])
      const wanted = { paths, last: readWhole('--last', options.last, 1) }
      const runs = await readJournals(folder, wanted, ({ journal }) => timedRun(journal))
      const file = makeBaseline(runs)
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
    .summary('compare the runs since the baseline')
    .description(
      `Compares detection and repair times of the runs since the baseline was saved with the baseline. A time is slower when an exact test
distinguishes it from chance (one-sided Mann–Whitney U, Holm over all figures, less than 1 % false alarms a check), and by at least 25 % and
100 ms.
Exits with 3 when something is slower, with 4 when runs are too few or too different to compare.`,
    )
    .argument('[journal...]', 'journal files; those of the state folder since the baseline when left out')
    .option('--file <file>', 'baseline file', FILE)
    .action(async (paths: string[], options: { file: string }, command) => {
      const { folder, json } = readContext(command, signal)
      const [{ readJournals }, { checkBaseline }, { readBaseline }, { timedRun }, { baselineLines }] =
        await Promise.all([
          import('../../drills/journal/journal-store.ts'),
          import('../../baselines/check.ts'),
          import('../../baselines/read-baseline.ts'),
          import('../../baselines/timed-run.ts'),
          import('../../reporters/baseline-lines.ts'),
        ])
      const file = await readBaseline(options.file)
      const runs = await readJournals(folder, { paths }, ({ journal }) => timedRun(journal))
      const since = paths.length > 0 ? runs : runs.filter(({ startedAt }) => startedAt > file.lastRunAt)
      const check = checkBaseline(file, since)
      finish(check.slower ? 'deviated' : check.notCompared.length > 0 ? 'inconclusive' : 'ok')
      if (json) return printJson(check)
      for (const line of baselineLines(check, { color: usesColour(process.stdout) })) print(line)
    })
}
