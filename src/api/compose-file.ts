import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { readIfThere, writeAtomically } from '../base/files.ts'
import type { StateFolder } from '../runtimes/native/state-folder.ts'

/** The stack of a folder that runs in containers: compose.json, there from `up --runtime compose` to `down`. */
export interface ComposeFile {
  project: string
  /** Path of compose.yaml. */
  file: string
  /** Of the control API, as this machine reaches it. */
  url: string
}

const pathOf = (folder: StateFolder) => join(folder.path, 'compose.json')

export async function readComposeFile(folder: StateFolder): Promise<ComposeFile | undefined> {
  const text = await readIfThere(pathOf(folder))
  return text === undefined ? undefined : (JSON.parse(text) as ComposeFile)
}

export async function writeComposeFile(folder: StateFolder, stack: ComposeFile): Promise<void> {
  await writeAtomically(pathOf(folder), JSON.stringify(stack))
}

export async function removeComposeFile(folder: StateFolder): Promise<void> {
  await rm(pathOf(folder), { force: true })
}
