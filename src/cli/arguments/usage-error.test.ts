import { describe, expect, it } from 'vitest'
import { FiredrillError } from '../../base/errors.ts'
import { commands } from '../commands.ts'
import { allCommands, buildProgram } from '../program.ts'

/** What is said of a command line that is never carried out. */
async function said(line: string): Promise<string> {
  const program = await buildProgram(new AbortController().signal, commands)
  let help = ''
  for (const command of allCommands(program))
    command.configureOutput({ writeOut: (text) => (help += text), writeErr: () => undefined })
  const error: unknown = await program
    .parseAsync(['node', 'firedrill', ...line.split(' ')])
    .catch((one: unknown) => one)
  return error instanceof FiredrillError ? error.format() : help
}

describe('a command line with a mistake', () => {
  it.each([
    ['no argument', 'run', "FD_USAGE firedrill run: missing required argument 'drill'", 'names of drills that ship'],
    ['an unknown command', 'stauts', 'FD_USAGE firedrill: unknown command "stauts"', 'did you mean status?'],
    ['the begin of a command', 'inc', 'unknown command "inc"', 'did you mean incidents?'],
    [
      'an unknown command below one that does something',
      'incidents shwo 1',
      'FD_USAGE firedrill incidents: unknown command "shwo"',
      'did you mean show?',
    ],
    [
      'an unknown option',
      'run quiet --dryrun',
      'FD_USAGE firedrill run: unknown option "--dryrun"',
      'did you mean --dry-run?',
    ],
    [
      'an option with a slip where one is required',
      'fault inject kill --tagret store',
      'unknown option "--tagret"',
      'did you mean --target?',
    ],
    [
      'a required option that is missing',
      'fault inject kill',
      "required option '--target <part>' not specified",
      'firedrill fault inject --help',
    ],
    [
      'a folder with an empty name',
      'load --out=',
      "option '--out <folder>' argument '' is invalid. It is empty",
      'firedrill load --help',
    ],
    ['a file with an empty name', 'slo render --out=', "'--out <file>' argument '' is invalid. It is empty", '--help'],
    ['a state folder with an empty name', '--state= status', "'--state <folder>' argument '' is invalid.", '--help'],
    [
      'a choice that does not exist',
      'up --profile labb',
      "option '--profile <name>' argument is not one of its choices",
      'did you mean lab?',
    ],
    ['an argument too many', 'status now', 'too many arguments. Expected 0 arguments but got 1', 'given:    now'],
    ['an option without its value', 'run quiet --seed', 'argument missing', 'firedrill run --help'],
    [
      'options that exclude each other',
      'lint --any-series --live',
      "FD_USAGE firedrill lint: option '--any-series' cannot be used with option '--live'",
      'firedrill lint --help',
    ],
    [
      'options that exclude each other, in another order',
      'lint --system firedrill.yaml --any-series',
      "FD_USAGE firedrill lint: option '--any-series' cannot be used with option '--system <file>'",
      'firedrill lint --help',
    ],
    [
      'only half of a command',
      'fault',
      'FD_USAGE firedrill fault: a command is missing',
      'one of list, inject, active, clear',
    ],
    ['help about an unknown command', 'help stauts', 'unknown command "stauts"', 'did you mean status?'],
    ['help below a command that does something', 'incidents help', 'its help as an option', 'incidents --help'],
  ])('says where, what and what next: %s', async (_, line, message, hint) => {
    const text = await said(line)
    expect(text).toContain(message)
    expect(text).toContain(hint)
    expect(text).toMatch(/next: .*firedrill.* --help$/s)
  })
})

describe('help as a command', () => {
  it.each([
    ['help', 'Usage: firedrill [options]'],
    ['help run', 'Usage: firedrill run'],
    ['fault help', 'Usage: firedrill fault'],
    ['fault help inject', 'Usage: firedrill fault inject'],
    ['help fault inject', 'Usage: firedrill fault'],
    ['--json help', 'Usage: firedrill [options]'],
  ])('is what --help prints, and no slip of another command: %s', async (line, expected) => {
    expect(await said(line)).toContain(expected)
  })
})
