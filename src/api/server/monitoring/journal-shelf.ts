import { stat } from 'node:fs/promises'
import { fileLimits, readUserFile } from '../../../base/files/user-file.ts'
import type { Journal } from '../../../drills/journal/journal.ts'
import { type JournalFolder, listJournals } from '../../../drills/journal/journal-store.ts'

/** The latest journals of a state folder, in memory: each file is read once, and again only when it has changed. */
export class JournalShelf {
  readonly #folder: JournalFolder
  readonly #kept = new Map<string, { mark: string; journal: Journal | undefined }>()

  constructor(folder: JournalFolder) {
    this.#folder = folder
  }

  /** Oldest first; a file that is no journal is counted only. */
  async read(): Promise<{ journals: Journal[]; unread: number }> {
    const paths = (await listJournals(this.#folder)).slice(-MOST_JOURNALS)
    for (const path of this.#kept.keys()) if (!paths.includes(path)) this.#kept.delete(path)
    for (const path of paths) {
      const mark = await markOf(path)
      if (mark === undefined) this.#kept.delete(path)
      else if (this.#kept.get(path)?.mark !== mark) this.#kept.set(path, { mark, journal: await readSlim(path) })
    }
    const journals = paths.flatMap((path) => this.#kept.get(path)?.journal ?? [])
    return { journals, unread: this.#kept.size - journals.length }
  }
}

/** Journals older than these prove little, and memory is bounded. */
const MOST_JOURNALS = 500

async function markOf(path: string): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined)
  return found === undefined ? undefined : `${found.mtimeMs} ${found.size}`
}

/** Without what fills a journal and says nothing of its alerts. */
async function readSlim(path: string): Promise<Journal | undefined> {
  const { readJournal } = await import('../../../drills/journal/read-journal.ts')
  try {
    const journal = readJournal(await readUserFile(path, { maxBytes: fileLimits.journal }), path)
    const { series } = journal
    return {
      ...journal,
      load: null,
      felt: null,
      machine: null,
      events: [],
      timings: [],
      incidents: [],
      budgets: [],
      expectations: journal.expectations.map((one) => ({ ...one, samples: [] })),
      series: series === null ? null : { ...series, load: { requests: [], failures: [], p95Ms: [] }, up: [] },
    }
  } catch {
    return undefined
  }
}
