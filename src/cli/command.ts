import type { Command } from 'commander'
import { findStateFolder } from '../runtimes/native/state/find-state.ts'
import { StateFolder } from '../runtimes/native/state/state-folder.ts'
import type { Exit } from './exit-codes.ts'

/** Options that every command understands. */
export interface GlobalOptions {
  /** Undefined where neither the option nor the environment names one. */
  state?: string
  json: boolean
}

/** What a command's action is given besides its own arguments. */
export interface CommandContext {
  /** Looked at when it is asked for. @throws FD_STATE_FOLDER, FD_FILE_NOT_OURS when it cannot be believed */
  readonly folder: StateFolder
  json: boolean
  /** Aborted by the first Ctrl-C or SIGTERM. A second one ends the process at once. */
  signal: AbortSignal
}

/** Sets the exit code when the command is done; commands never end the process themselves. */
export function finish(exit: Exit): void {
  chosen = exit
}

let chosen: Exit = 'ok'
export function chosenExit(): Exit {
  return chosen
}

export function readContext(command: Command, signal: AbortSignal): CommandContext {
  const { state, json } = command.optsWithGlobals<GlobalOptions>()
  return {
    get folder() {
      const folder = new StateFolder(state ?? findStateFolder(process.cwd()))
      folder.check()
      return folder
    },
    json,
    signal,
  }
}

/** One CLI command: its file adds it to the program. */
export type AddCommand = (program: Command, signal: AbortSignal) => void
