import type { HaltReport } from '../../api/stack/halt-all.ts'
import { usageErrors } from '../../base/usage-errors.ts'
import { LEASE_MS } from '../../faults/lease.ts'
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
Exit codes: 0 everything has ended and is blocked; 6 control does not answer; 1 the block could not be written to disk: it lasts until control ends.

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
  const [{ haltAll }, { allHolders }] = await Promise.all([
    import('../../api/stack/halt-all.ts'),
    import('../../foreign/system-turn.ts'),
  ])
  const [report, elsewhere] = [await haltAll(folder, why), await allHolders()]
  if (!report.halted.durable || report.ended.some(({ how }) => how === 'lives')) finish('errored')
  else if (report.stack === 'no answer') finish('unavailable')
  if (json) return printJson({ ...report, elsewhere })
  for (const line of lines(report)) print(line)
  for (const problem of report.problems) note(problem)
  for (const { name, pid } of elsewhere) {
    note(
      `NOT HALTED: ${name}, process ${pid}, runs on a foreign system, from another state folder: firedrill halt --system FILE`,
    )
  }
}

function lines({ halted, stack, lifted, ended, tookMs }: HaltReport): string[] {
  const reason = halted.why === '' ? '' : ` (${halted.why})`
  return [
    `halted${reason}: no run, load or fault begins until firedrill halt --release`,
    ...lifted.map(({ fault, replica, detail }) => `lifted  ${fault} ${replica}: ${detail}`),
    ...ended.map(
      ({ kind, name, pid, afterMs, how }) => `${how.padEnd(6)}  ${kind} ${name} (process ${pid}) after ${afterMs} ms`,
    ),
    STACK[stack],
    `over after ${tookMs} ms: ${count(lifted.length, 'fault')} lifted, ${count(ended.length, 'run or load', 'runs and loads')} ended`,
    ...(halted.durable ? [] : ['NOT DURABLE: what begins after control has ended is not blocked']),
  ].filter((line) => line !== '')
}

function count(number: number, one: string, several = `${one}s`): string {
  return `${number} ${number === 1 ? one : several}`
}

const STACK = {
  halted: '',
  'not up': `no stack is up here: faults of one that was have ended with it, those inside services ${LEASE_MS / 1_000} s after control`,
  'no answer': `control does not answer: what it holds inside services ends ${LEASE_MS / 1_000} s after it stopped; firedrill down ends the rest`,
} as const satisfies Record<HaltReport['stack'], string>

async function haltForeign(
  file: string,
  { reason, release, json }: { reason: string; release: boolean; json: boolean },
): Promise<void> {
  const { haltSystem, releaseSystem } = await import('../../workflows/halt/halt-system.ts')
  if (release) {
    const was = await releaseSystem(file)
    if (json) printJson({ released: was })
    else if (was === null) note('nothing was halted')
    else print(`released${was.why === '' ? '' : `: ${was.why}`}`)
    return
  }
  const halt = await haltSystem(file, reason)
  const { system, run, tookMs } = halt
  if (run?.how === 'lives') finish('errored')
  if (json) return printJson(halt)
  const because = reason === '' ? '' : ` (${reason})`
  print(`halted${because}: no run begins on ${system} until firedrill halt --release --system ${file}`)
  if (run !== null) print(`${run.how.padEnd(6)}  run ${run.name} (process ${run.pid}) after ${tookMs} ms`)
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
