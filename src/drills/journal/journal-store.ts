import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { writeAtomically } from '../../base/files/files.ts'
import { fileLimits, readUserFile } from '../../base/files/user-file.ts'
import type { Journal } from './journal.ts'
import { journalName } from './journal-name.ts'

/** The part of a state folder that holds journals. */
export interface JournalFolder {
  /** Path of the folder. */
  readonly journals: string
}

/** Writes a run's journal to the state folder, named by time and drill. Returns its path. */
export async function saveJournal(folder: JournalFolder, journal: Journal): Promise<string> {
  const path = join(folder.journals, `${journalName(journal)}.json`)
  await writeAtomically(path, `${JSON.stringify(journal, null, 2)}\n`)
  return path
}

/**
 * Resolves when the disk has room for a journal: before anything is done to a system, of which nothing would be kept otherwise.
 * @throws errors of the system, ENOSPC
 */
export async function checkJournalRoom({ journals }: JournalFolder): Promise<void> {
  const path = join(journals, `room-${process.pid}`)
  await writeAtomically(path, ' '.repeat(ROOM))
  await rm(path, { force: true })
}

/** Bytes; that of a long drill has some hundred thousand. */
const ROOM = 1024 * 1024

/** A journal with where it was read. */
export interface JournalFile {
  path: string
  journal: Journal
}

/** Which journals are read. */
export interface WantedJournals {
  /** Journal files; without any, those of the state folder. */
  paths: readonly string[]
  /** Only this number of the latest of them. Default: all. */
  last?: number | undefined
}

/**
 * What `keep` makes of each journal, oldest first. They are read one after the other: a folder of many takes the memory of one, and
 * of what is kept.
 * @throws FD_JOURNAL_NOT_FOUND when there is none, FD_JOURNAL_INVALID when one is not a journal
 */
export async function readJournals<Kept>(
  folder: JournalFolder,
  { paths, last }: WantedJournals,
  keep: (file: JournalFile) => Kept,
): Promise<Kept[]> {
  const [{ readJournal }, { drillErrors }] = await Promise.all([import('./read-journal.ts'), import('../errors.ts')])
  const all = paths.length > 0 ? paths : await listJournals(folder)
  const wanted = last === undefined ? all : all.slice(-last)
  if (wanted.length === 0) {
    throw drillErrors.error('FD_JOURNAL_NOT_FOUND', {
      message: 'there are no journals',
      where: folder.journals,
      next: 'firedrill run store-crash writes one; --state FOLDER names another state folder',
    })
  }
  const kept: Kept[] = []
  for (const path of wanted) {
    const missing = (cause: unknown) =>
      drillErrors.error('FD_JOURNAL_NOT_FOUND', {
        message: 'there is no such file',
        where: path,
        next: 'firedrill report --list shows the journals there are',
        cause,
      })
    const text = await readUserFile(path, { maxBytes: fileLimits.journal, missing })
    kept.push(keep({ path, journal: readJournal(text, path) }))
  }
  return kept
}

/** Paths of all journals of a state folder, oldest first: their names begin with the time. */
export async function listJournals(folder: JournalFolder): Promise<string[]> {
  const names = await readdir(folder.journals).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  return names
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => join(folder.journals, name))
}
