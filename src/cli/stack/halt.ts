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
    .action(async ({ why, release }: HaltOptions, command) => {
      const context = readContext(command, signal)
      if (release) await releaseHalt(why, context)
      else await halt(why ?? '', context)
    })
}

interface HaltOptions {
  why?: string
  release: boolean
}

/** Characters. */
const MAX_WHY = 500

async function halt(why: string, { folder, json }: CommandContext): Promise<void> {
  if (why.length > MAX_WHY) {
    throw usageErrors.error('FD_USAGE', {
      message: 'the reason is too long',
      where: '--why',
      expected: `at most ${MAX_WHY} characters`,
      given: `${why.length}`,
    })
  }
  const { haltAll } = await import('../../api/stack/halt-all.ts')
  const report = await haltAll(folder, why)
  if (!report.halted.durable || report.ended.some(({ how }) => how === 'lives')) finish('errored')
  else if (report.stack === 'no answer') finish('unavailable')
  if (json) return printJson(report)
  for (const line of lines(report)) print(line)
  for (const problem of report.problems) note(problem)
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

async function releaseHalt(why: string | undefined, { folder, json }: CommandContext): Promise<void> {
  if (why !== undefined) {
    throw usageErrors.error('FD_USAGE', { message: '--why belongs to a halt, not to its release', where: '--why' })
  }
  const [{ releaseAll }, { formatDuration }] = await Promise.all([
    import('../../api/stack/halt-all.ts'),
    import('../../base/units/duration.ts'),
  ])
  const { was, problem } = await releaseAll(folder)
  if (problem !== undefined) finish('unavailable')
  if (json) printJson({ released: was })
  else if (was === null) note('nothing was halted')
  else print(`released after ${formatDuration(Date.now() - was.sinceMs)}${was.why === '' ? '' : `: ${was.why}`}`)
  if (problem !== undefined) note(`control does not know of it yet: ${problem}`)
}
