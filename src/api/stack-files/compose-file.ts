import { rm } from 'node:fs/promises'
import { writeAtomically } from '../../base/files/files.ts'
import { IN_STATE, readOwnFile } from '../../base/files/own-files.ts'
import type { StateFolder } from '../../runtimes/native/state/state-folder.ts'
import { isOnThisMachine } from './on-this-machine.ts'

/** The stack of a folder that runs in containers: compose.json, there from `up --runtime compose` to `down`. */
export interface ComposeFile {
  project: string
  /** Path of compose.yaml. */
  file: string
  /** Of the control API, as this machine reaches it. */
  url: string
}

/** @throws FD_STATE_FOLDER when it is torn or something else, FD_FILE_NOT_OURS, FD_FILE_NOT_PLAIN */
export function readComposeFile(folder: StateFolder): ComposeFile | undefined {
  const text = readOwnFile(folder.compose, { remedy: IN_STATE })
  if (text === undefined) return undefined
  try {
    const value = JSON.parse(text) as Partial<Record<keyof ComposeFile, unknown>>
    const isWhole = [value.project, value.file, value.url].every((one) => typeof one === 'string')
    if (isWhole && isOnThisMachine(String(value.url))) return value as ComposeFile
  } catch {
    // Refused below.
  }
  throw folder.refusal(`${folder.compose} does not name the containers of its stack; remove that file`)
}

export async function writeComposeFile(folder: StateFolder, stack: ComposeFile): Promise<void> {
  await writeAtomically(folder.compose, JSON.stringify(stack), 0o600)
}

export async function removeComposeFile(folder: StateFolder): Promise<void> {
  await rm(folder.compose, { force: true })
}
