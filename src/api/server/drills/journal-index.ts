import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileLimits, readUserFile } from '../../../base/files/user-file.ts'
import { drillErrors } from '../../../drills/errors.ts'
import type { Journal } from '../../../drills/journal/journal.ts'
import type { JournalFolder } from '../../../drills/journal/journal-store.ts'
import { readJournal } from '../../../drills/journal/read-journal.ts'
import type { JournalEntry } from '../../contract.ts'

/** The journals of a state folder in a few fields each. A journal never changes, so each is read once. */
export class JournalIndex {
  readonly #folder: JournalFolder
  /** By id; `undefined` for a file that is no journal. */
  readonly #entries = new Map<string, Promise<JournalEntry | undefined>>()
  /** Journals are read one after the other: a full folder must not keep control from everything else. */
  #reading: Promise<unknown> = Promise.resolve()

  constructor(folder: JournalFolder) {
    this.#folder = folder
  }

  /** Latest first, of the latest `MOST` files. `unreadable`: how many of these are no journals. */
  async list(): Promise<{ entries: JournalEntry[]; unreadable: number }> {
    const ids = await this.#ids()
    const kept = new Set(ids)
    for (const id of this.#entries.keys()) if (!kept.has(id)) this.#entries.delete(id)
    const found = await Promise.all(ids.map((id) => this.#entry(id)))
    const entries = found.filter((entry) => entry !== undefined)
    return { entries, unreadable: found.length - entries.length }
  }

  /** The journal of that id. @throws FD_JOURNAL_NOT_FOUND, FD_JOURNAL_INVALID, FD_FILE_UNREADABLE */
  async read(id: string): Promise<Journal> {
    // Looked up in the list: no path is made of what a request names.
    const known = (await this.#names()).find((name) => name === `${id}.json`)
    if (known === undefined) throw notFound(id)
    const path = join(this.#folder.journals, known)
    return readJournal(await readUserFile(path, { maxBytes: fileLimits.journal, missing: () => notFound(id) }), path)
  }

  #entry(id: string): Promise<JournalEntry | undefined> {
    const known = this.#entries.get(id)
    if (known !== undefined) return known
    const entry = this.#reading.then(() =>
      this.read(id).then(
        (journal) => entryOf(id, journal),
        () => undefined,
      ),
    )
    this.#reading = entry
    this.#entries.set(id, entry)
    return entry
  }

  /** Names begin with the time: the latest come first. */
  async #ids(): Promise<string[]> {
    const ids = (await this.#names()).map((name) => name.slice(0, -ENDING.length)).filter((id) => IS_ID.test(id))
    return ids.sort().reverse().slice(0, MOST)
  }

  async #names(): Promise<string[]> {
    const names = await readdir(this.#folder.journals).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return []
      throw error
    })
    return names.filter((name) => name.endsWith(ENDING))
  }
}

const ENDING = '.json'
const IS_ID = /^[0-9A-Za-z_-]{1,255}$/
/** Journals that are looked at. Older ones are in the folder, for `firedrill report`. */
const MOST = 1_000
const MOST_REASONS = 5

/** A journal in a few fields. */
export function entryOf(id: string, journal: Journal): JournalEntry {
  const { drill, startedAt, verdict, reasons, mttdMs, mttrMs, repairedBy, expectations, stages } = journal
  const { seed, parameters, profile, runtime, timing } = journal
  return {
    id,
    drill: { name: drillName(drill.file), title: drill.title, sha256: drill.sha256 },
    startedAtMs: Date.parse(startedAt),
    verdict,
    reasons: reasons.slice(0, MOST_REASONS),
    mttdMs,
    mttrMs,
    repairedBy,
    expectations: { met: expectations.filter(({ met }) => met).length, count: expectations.length },
    stages: Object.fromEntries(stages.map(({ name, sinceInjectedMs }) => [name, sinceInjectedMs])),
    seed,
    parameters,
    profile,
    runtime,
    timing: timing === null ? null : { ...timing },
  }
}

/** `drills/store-crash.yaml` → `store-crash` */
export function drillName(file: string): string {
  return basename(file).replace(/\.ya?ml$/, '')
}

function notFound(id: string) {
  return drillErrors.error('FD_JOURNAL_NOT_FOUND', {
    message: 'there is no journal of that id',
    given: id,
    next: 'firedrill report --list shows the journals there are',
  })
}
