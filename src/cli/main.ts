import { commands } from './commands.ts'
import { runProgram } from './program.ts'

/** Firedrill with all its commands. */
export function main(argv: readonly string[]): Promise<void> {
  return runProgram(argv, commands)
}
