import { usageErrors } from '../../base/usage-errors.ts'
import { type AddCommand, type CommandContext, finish, readContext } from '../command.ts'
import { note, print, printJson } from '../terminal/output.ts'

export const addHalt: AddCommand = (program, signal) => {
  program
    .command('halt')
    .summary('end all runs, loads and faults, and block new ones')
    .description(
      'Lifts every fault, ends every run and every load of this state folder, and blocks new ones until it is released.\nWorks without a stack, and when control is dead: it is a file in the state folder, which every run watches.',
    )
    .option(
      '--why <text>',
      'the reason; shown wherever something is refused, and in the journals of the runs that it ends',
    )
    .option('--release', 'let runs, loads and faults begin again', false)
    .option(
      '--system <file>',
      'halt every run of this user on the foreign system that the file describes, in any state folder',
    )
    .addHelpText(
      'after',
      `
A run that is ended leaves the system as it found it, and exits with 5. Everything that is started while the stack is halted exits with 5. A
run that has not ended after 10 s is killed: its faults end by their time limits. The responder continues to repair, and the stack stays up.
Exit codes: 0 everything has ended and is blocked; 6 something goes on: control does not answer, a fault is not lifted, a run has not ended, or
one on a foreign system is of another state folder; 1 the block could not be written to disk: it lasts until control ends.

  firedrill halt --why 'real incident'
  firedrill halt --release
`,
    )
    .action(async ({ why, release, system }: HaltOptions, command) => {
      const context = readContext(command, signal)
      if (release && why !== undefined) {
        throw usageErrors.error('FD_USAGE', { message: '--why belongs to a halt, not to its release', where: '--why' })
      }
      const reason = readWhy(why)
      if (system !== undefined) await haltForeign(system, { reason, release, json: context.json })
      else if (release) await releaseHalt(context)
      else await halt(reason, context)
    })
}

interface HaltOptions {
  why?: string
  release: boolean
  system?: string
}

/** Characters. */
const MAX_WHY = 500

/** @throws FD_USAGE */
function readWhy(why = ''): string {
  if (why.length <= MAX_WHY) return why
  throw usageErrors.error('FD_USAGE', {
    message: 'the reason is too long',
    where: '--why',
    expected: `at most ${MAX_WHY} characters`,
    given: `${why.length}`,
  })
}

async function halt(why: string, { folder, json }: CommandContext): Promise<void> {
  const [{ haltAll }, { allHolders }, { haltExit, haltLines }] = await Promise.all([
    import('../../api/stack/halt-all.ts'),
    import('../../foreign/system-turn.ts'),
    import('../tables/halt-lines.ts'),
  ])
  const [report, elsewhere] = [await haltAll(folder, why), await allHolders()]
  finish(haltExit(report, elsewhere))
  if (json) return printJson({ ...report, elsewhere })
  for (const line of haltLines(report)) print(line)
  for (const problem of report.problems) note(problem)
  for (const { name, pid } of elsewhere) {
    note(
      `NOT HALTED: ${name}, process ${pid}, runs on a foreign system, from another state folder: firedrill halt --system FILE`,
    )
  }
}

async function haltForeign(
  file: string,
  { reason, release, json }: { reason: string; release: boolean; json: boolean },
): Promise<void> {
  const [{ haltSystem, releaseSystem }, { HOW }] = await Promise.all([
    import('../../workflows/halt/halt-system.ts'),
    import('../tables/halt-lines.ts'),
  ])
  if (release) {
    const was = await releaseSystem(file)
    if (json) printJson({ released: was })
    else if (was === null) note('nothing was halted')
    else print(`released${was.why === '' ? '' : `: ${was.why}`}`)
    return
  }
  const halt = await haltSystem(file, reason)
  const { system, run, tookMs } = halt
  if (run?.how === 'lives') finish('unavailable')
  if (json) return printJson(halt)
  const because = reason === '' ? '' : ` (${reason})`
  print(`halted${because}: no run begins on ${system} until firedrill halt --release --system ${file}`)
  if (run !== null) print(`${HOW[run.how]}  run ${run.name} (process ${run.pid}) after ${tookMs} ms`)
  if (run?.how === 'lives') note('its guardian undoes its faults all the same; end the process')
}

async function releaseHalt({ folder, json }: CommandContext): Promise<void> {
  const [{ releaseAll }, { formatDuration }, { haltedSystems }] = await Promise.all([
    import('../../api/stack/halt-all.ts'),
    import('../../base/units/duration.ts'),
    import('../../foreign/system-levers.ts'),
  ])
  const { was, problem } = await releaseAll(folder)
  const elsewhere = await haltedSystems()
  if (problem !== undefined) finish('unavailable')
  if (json) printJson({ released: was })
  else if (was === null) note(`nothing was halted${elsewhere.length === 0 ? '' : ' here'}`)
  else print(`released after ${formatDuration(Date.now() - was.sinceMs)}${was.why === '' ? '' : `: ${was.why}`}`)
  if (problem !== undefined) note(`control does not know of it yet: ${problem}`)
  for (const { sinceMs, why } of elsewhere) {
    const since = `${new Date(sinceMs).toISOString()}${why === '' ? '' : ` (${why})`}`
    note(`NOT RELEASED: a foreign system, halted since ${since}: firedrill halt --release --system FILE`)
  }
}
