import type { Command, CommanderError } from 'commander'
import type { ErrorDetails, FiredrillError } from '../../base/errors.ts'
import { didYouMean, oneOf } from '../../base/text/near-name.ts'
import { usageErrors } from '../../base/usage-errors.ts'

/**
 * What the parser of the command line found, as an error like any other: with the command that it is about, what was expected, a
 * near name, and the help of that very command. `undefined` for --help and --version, which are not errors.
 */
export function usageError(command: Command, error: CommanderError): FiredrillError | undefined {
  if (error.exitCode === 0) return undefined
  const name = nameOf(command)
  const { next, ...found } = whatIs(command, error)
  const help = `${name} --help`
  return usageErrors.error('FD_USAGE', { where: name, ...found, next: next === undefined ? help : `${next}\n${help}` })
}

/** A command of the parser itself, beside those that are known. */
const HELP = 'help'

/** `firedrill fault inject` */
function nameOf(command: Command): string {
  return command.parent === null ? command.name() : `${nameOf(command.parent)} ${command.name()}`
}

type Found = Pick<ErrorDetails, 'message' | 'expected' | 'given' | 'next'>

function whatIs(command: Command, { code, message }: CommanderError): Found {
  const text = message.replace(/^error: /, '').replace(/\.$/, '')
  const slip = command.args.find((one) => one.startsWith('--'))?.replace(/=.*$/s, '')
  switch (code) {
    case 'commander.unknownCommand':
    case 'commander.help':
      return unknownCommand(command)
    case 'commander.excessArguments':
      if (command.commands.length > 0) return unknownCommand(command)
      return { message: text.replace(/ for '.*?'/, ''), given: command.args.join(' ') }
    case 'commander.unknownOption':
      return unknownOption(command, /'(.*)'/s.exec(text)?.[1] ?? '')
    case 'commander.missingMandatoryOptionValue':
      // The right name may be there, with a slip in it.
      return slip === undefined ? { message: text } : unknownOption(command, slip)
    case 'commander.missingArgument': {
      const missing = /'(.*)'/.exec(text)?.[1]
      const about = command.registeredArguments.find((one) => one.name() === missing)?.description
      return { message: text, ...(about ? { expected: about } : {}) }
    }
    case 'commander.invalidArgument':
      return notAChoice(text) ?? { message: text }
    default:
      return { message: text }
  }
}

function unknownCommand(command: Command): Found {
  const known = command.commands.map((one) => one.name())
  // `help shwo` asks about show.
  const given = command.args.find((one) => one !== HELP)
  if (given === undefined && command.args.length > 0) return { message: 'this has its help as an option' }
  if (given === undefined) return { message: 'a command is missing', expected: oneOf(known) }
  return { message: `unknown command "${given}"`, expected: oneOf(known), ...near(given, known) }
}

function unknownOption(command: Command, given: string): Found {
  const known: string[] = []
  for (let one: Command | null = command; one !== null; one = one.parent)
    known.push(...one.options.flatMap(({ long }) => long ?? []))
  return { message: `unknown option "${given}"`, ...near(given, [...known, '--help']) }
}

/** "option '--profile <name>' argument 'x' is invalid. Allowed choices are lab, production": of options with choices. */
function notAChoice(text: string): Found | undefined {
  const [, what, given, choices] = /^(.*) '(.*)' is invalid\. Allowed choices are (.*)$/s.exec(text) ?? []
  if (what === undefined || given === undefined || choices === undefined) return undefined
  const known = choices.split(', ')
  return { message: `${what} is not one of its choices`, expected: oneOf(known), given, ...near(given, known) }
}

function near(given: string, known: readonly string[]): { next?: string } {
  const next = didYouMean(given, known)
  return next === undefined ? {} : { next }
}
