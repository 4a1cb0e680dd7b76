import { join } from 'node:path'
import { writeAtomically } from '../base/files.ts'
import type { Journal } from '../drills/journal.ts'
import type { StateFolder } from '../runtimes/native/state-folder.ts'

/** Writes a run's journal to the state folder, named by time and drill. Returns its path. */
export async function writeJournal(folder: StateFolder, journal: Journal): Promise<string> {
  const time = journal.startedAt.replaceAll(/[:.]/g, '-')
  const name = journal.drill.file
    .replace(/^.*\//, '')
    .replace(/\.ya?ml$/, '')
    .replaceAll(/[^\w-]/g, '_')
  const path = join(folder.journals, `${time}-${name}.json`)
  await writeAtomically(path, `${JSON.stringify(journal, null, 2)}\n`)
  return path
}
