import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { type ErrorCode, errorClass, FiredrillError, messageOf } from '../base/errors.ts'
import { packageVersion } from '../base/files/package-version.ts'
import { sendFailure } from '../base/system/child-failure.ts'
import { systemError, systemErrors } from '../base/system/system-error.ts'
import { usageErrors } from '../base/usage-errors.ts'
import { usageError } from './arguments/usage-error.ts'
import { type AddCommand, chosenExit, type GlobalOptions } from './command.ts'
import { type Exit, exitCodes } from './exit-codes.ts'
import { ignoresHangup } from './terminal/hangup.ts'
import { reflow } from './terminal/help-text.ts'
import { note, printJson, write } from './terminal/output.ts'

/** The program with these commands. */
export async function buildProgram(signal: AbortSignal, table: CommandTable): Promise<Command> {
  const program = new Command('firedrill')
    .description(
      'Tests for your alerts and your healer: brings up a real, monitored system, breaks it on purpose under load, and reports what was seen, which alert fired, who repaired it and how fast.',
    )
    .version(packageVersion(), '-V, --version', 'print the version')
    .addOption(
      new Option(
        '--state <folder>',
        'folder that holds all a stack keeps; one stack a folder (default: the nearest .firedrill, here or above)',
      ).env('FIREDRILL_STATE'),
    )
    .option('--json', 'print results as JSON on stdout', false)
    .configureOutput({
      writeOut: (text) => write(process.stdout, reflow(text, process.stdout.columns)),
      writeErr: (text) => write(process.stderr, reflow(text, process.stderr.columns)),
      // It is an error like any other: `report` writes it.
      outputError: () => undefined,
    })
    .showSuggestionAfterError(false)
    .addHelpText(
      'after',
      `
Examples:
  firedrill up                               bring the stack up, stay until Ctrl-C
  firedrill run store-crash                  break it, and see what the alerts and the responder do
  firedrill status --json                    every part with its state, for scripts
  firedrill ls                               what can be named: drills, faults, journeys, alerts, dashboards

Results go to stdout, everything else to stderr. NO_COLOR=1 switches colours off.
Exit codes: ${Object.entries(exitCodes)
        .map(([name, { code }]) => `${code} ${name}`)
        .join(', ')}.
`,
    )
  for (const load of Object.values(table)) (await load())(program, signal)
  // Inherited settings are copied when a command is made, so they are set on each.
  for (const command of allCommands(program)) {
    for (const option of command.options) if (/<(file|folder)>$/.test(option.flags)) option.argParser(named)
    command.exitOverride((error) => {
      throw usageError(command, error) ?? error
    })
  }
  return program
}

/** What can be mapped without loading anything: mistakes in arguments, and a process that may open no more files. */
const LOADED = [usageErrors, systemErrors]

/** Commands by name, each loaded when it is asked for. */
export type CommandTable = Readonly<Record<string, () => Promise<AddCommand>>>

/** A path that is empty would be the folder that one happens to stand in. */
function named(path: string): string {
  if (path !== '') return path
  throw new InvalidArgumentError('It is empty; a path is expected.')
}

/** A command and all below it. */
export function allCommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap((one) => allCommands(one as Command))]
}

/** Runs one command and leaves with its exit code. Ctrl-C once asks the command to stop, twice ends it. */
export async function runProgram(argv: readonly string[], table: CommandTable): Promise<void> {
  // A reader that went away (`firedrill up | head`), or a full disk, must not take the stack down with it.
  let lost: Error | undefined
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') lost ??= error
  })
  process.stderr.on('error', () => undefined)
  const interrupted = new AbortController()
  let interrupts = 0
  // A terminal that is closed stops things as Ctrl-C does, unless nohup has said that it does not matter.
  const signals: NodeJS.Signals[] = ['SIGINT', 'SIGTERM', ...(ignoresHangup() ? [] : (['SIGHUP'] as const))]
  for (const signal of signals) {
    process.on(signal, () => {
      // npm passes on the Ctrl-C that the terminal has already sent to everybody: the second within a second is the same one.
      const nowMs = performance.now()
      if (interrupts > 0 && nowMs - interrupts > 1_000) process.exit(130)
      interrupts ||= nowMs
      interrupted.abort(new Interrupted(signal))
    })
  }
  const program = await buildProgram(interrupted.signal, asked(argv[2], table))
  let exit: Exit
  try {
    await program.parseAsync([...argv])
    exit = chosenExit()
  } catch (error) {
    exit = await report(error, program.opts<GlobalOptions>().json)
  }
  if (lost !== undefined && exit === 'ok') exit = await report(systemError(lost, '.') ?? lost, false)
  process.exitCode = exitCodes[exit].code
}

/** Only the command that comes first, when it is one: `--help`, options before it and typing errors need all of them. */
function asked(first: string | undefined, table: CommandTable): CommandTable {
  const command = first !== undefined && Object.hasOwn(table, first) ? table[first] : undefined
  return first === undefined || command === undefined ? table : { [first]: command }
}

class Interrupted extends Error {
  override readonly name = 'Interrupted'
  constructor(signal: string) {
    super(`stopped by ${signal}`)
  }
}

/** The tables of all rooms are loaded for it. Without descriptors, or with dist/ gone, nothing can be loaded: the error was printed. */
async function exitOfAnyCode(code: ErrorCode): Promise<Exit> {
  try {
    return (await import('./exit-of.ts')).exitOf(code)
  } catch {
    return 'errored'
  }
}

async function report(error: unknown, json: boolean): Promise<Exit> {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 'ok' : 'usage'
  if (error instanceof Interrupted) {
    note(error.message)
    return 'aborted'
  }
  const known = error instanceof FiredrillError ? error : systemError(error, '.')
  if (known !== undefined) {
    sendFailure(known)
    if (json) printJson({ error: known.toJSON() })
    else note(known.format())
    return errorClass(known.code, LOADED)?.exit ?? (await exitOfAnyCode(known.code))
  }
  const message = 'this is a mistake in Firedrill, please report it'
  if (json) printJson({ error: { code: 'FD_INTERNAL', message: `${message}: ${messageOf(error)}` } })
  note(`FD_INTERNAL ${message}\n${error instanceof Error ? error.stack : String(error)}`)
  return 'errored'
}
