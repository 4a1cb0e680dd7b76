import { basename } from 'node:path'
import { fileLimits, readUserFile } from '../../../base/files/user-file.ts'
import { evidenceOf } from '../../../coverage/evidence-of.ts'
import { drillErrors } from '../../../drills/errors.ts'
import type { Journal } from '../../../drills/journal/journal.ts'
import { type JournalFolder, listJournals } from '../../../drills/journal/journal-store.ts'
import { readJournal } from '../../../drills/journal/read-journal.ts'
import type { JournalEntry } from '../../contract.ts'

/** The journals of a state folder, in memory, for all pages. A journal never changes, so each is read once. */
export class JournalIndex {
  readonly #folder: JournalFolder
  /** By id; `undefined` for a file that is no journal. */
  readonly #kept = new Map<string, Promise<Kept | undefined>>()
  /** Journals are read one after the other: a full folder must not keep control from everything else. */
  #reading: Promise<unknown> = Promise.resolve()

  constructor(folder: JournalFolder) {
    this.#folder = folder
  }

  /** In a few fields each, latest first, of the latest `MOST` files. `unreadable`: how many of these are no journals. */
  async list(): Promise<{ entries: JournalEntry[]; unreadable: number }> {
    const found = await this.#latest(MOST)
    const entries = found.flatMap((kept) => kept?.entry ?? [])
    return { entries, unreadable: found.length - entries.length }
  }

  /** The latest `MOST_EVIDENCE`, oldest first, with what they say of alerts. `unreadable`: how many of these are no journals. */
  async evidence(): Promise<{ journals: Journal[]; unreadable: number }> {
    const found = await this.#latest(MOST_EVIDENCE)
    const journals = found.flatMap((kept) => kept?.evidence ?? []).reverse()
    return { journals, unreadable: found.filter((kept) => kept === undefined).length }
  }

  /** The journal of that id. @throws FD_JOURNAL_NOT_FOUND, FD_JOURNAL_INVALID, FD_FILE_UNREADABLE */
  async read(id: string): Promise<Journal> {
    // Looked up in the list: no path is made of what a request names.
    const path = (await this.#paths()).get(id)
    if (path === undefined) throw notFound(id)
    return readAt(path, id)
  }

  /** Of the latest files, latest first. What is older than all of them is forgotten. */
  async #latest(most: number): Promise<(Kept | undefined)[]> {
    const all = [...(await this.#paths())].reverse().slice(0, MOST)
    const known = new Set(all.map(([id]) => id))
    for (const id of this.#kept.keys()) if (!known.has(id)) this.#kept.delete(id)
    // Memory is bounded: a page that lists journals needs only their entries.
    for (const [id] of all.slice(MOST_EVIDENCE)) void this.#kept.get(id)?.then((kept) => delete kept?.evidence)
    return Promise.all(all.slice(0, most).map(([id, path]) => this.#one(id, path)))
  }

  #one(id: string, path: string): Promise<Kept | undefined> {
    const known = this.#kept.get(id)
    if (known !== undefined) return known
    const kept = this.#reading.then(() =>
      readAt(path, id).then(
        (journal): Kept => ({ entry: entryOf(id, journal), evidence: evidenceOf(journal) }),
        () => undefined,
      ),
    )
    this.#reading = kept
    this.#kept.set(id, kept)
    return kept
  }

  /** By id, oldest first: names begin with the time. */
  async #paths(): Promise<Map<string, string>> {
    const paths = await listJournals(this.#folder)
    return new Map(
      paths.map((path): [string, string] => [basename(path, '.json'), path]).filter(([id]) => IS_ID.test(id)),
    )
  }
}

interface Kept {
  entry: JournalEntry
  /** Of the latest journals only. */
  evidence?: Journal
}

const IS_ID = /^[0-9A-Za-z_-]{1,255}$/
/** Journals that are looked at. Older ones are in the folder, for `firedrill report`. */
const MOST = 1_000
/** Journals older than these prove little. */
const MOST_EVIDENCE = 500
const MOST_REASONS = 5

async function readAt(path: string, id: string): Promise<Journal> {
  return readJournal(await readUserFile(path, { maxBytes: fileLimits.journal, missing: () => notFound(id) }), path)
}

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
