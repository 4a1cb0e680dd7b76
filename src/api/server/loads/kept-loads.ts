import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Static, TSchema } from '#typebox'
import { Value } from '#typebox/value'
import { fileLimits, readUserFile } from '../../../base/files/user-file.ts'
import { loadErrors } from '../../../load/errors.ts'
import { readLoadResult } from '../../../load/result/read-result.ts'
import type { LoadResult } from '../../../load/result/result.ts'
import { LoadHead, LoadId, LoadRunView } from '../../contract.ts'
import { apiErrors } from '../../errors.ts'
import { keptHead, keptView } from './kept-view.ts'
import { Remembered } from './remembered.ts'

/** The loads whose results are in the state folder. A result is written once, so that what was read of it stays true. */
export class KeptLoads {
  readonly #folder: string | undefined
  readonly #heads = new Remembered<LoadHead>(MOST_HEADS)
  readonly #views = new Remembered<LoadRunView>(MOST_VIEWS)

  /** Path of the folder with a folder for each load. Without one there are no loads. */
  constructor(folder: string | undefined) {
    this.#folder = folder
  }

  /** A page of loads, latest first. */
  async page({ limit, before }: { limit: number; before?: string }): Promise<KeptPage> {
    const ids = await this.#ids()
    const from = before === undefined ? 0 : ids.findIndex((id) => id < before)
    const wanted = from < 0 ? [] : ids.slice(from, from + limit)
    const loads: LoadHead[] = []
    // One after the other: each may be some MiB.
    for (const id of wanted) {
      const read = async () => checked(LoadHead, await this.result(id), (result) => keptHead(id, result))
      const head = await this.#heads.get(id, read).catch(() => undefined)
      if (head !== undefined) loads.push(head)
    }
    const last = wanted.at(-1)
    return {
      loads,
      total: ids.length,
      next: last === undefined || last === ids.at(-1) ? null : last,
      unreadable: wanted.length - loads.length,
    }
  }

  /** @throws FD_LOAD_UNKNOWN, FD_LOAD_RESULT, FD_FILE_UNREADABLE */
  run(id: string): Promise<LoadRunView> {
    return this.#views.get(id, async () =>
      checked(LoadRunView, await this.result(id), (result) => keptView(id, result)),
    )
  }

  /** All that a load has measured. @throws FD_LOAD_UNKNOWN, FD_LOAD_RESULT, FD_FILE_UNREADABLE */
  async result(id: string): Promise<LoadResult> {
    const path = await this.#file(id, 'result.json')
    return readLoadResult(await readUserFile(path, { maxBytes: MOST_BYTES, missing: unknown(id) }), path)
  }

  /** The report for people, as HTML. @throws FD_LOAD_UNKNOWN, FD_FILE_UNREADABLE */
  async report(id: string): Promise<string> {
    return readUserFile(await this.#file(id, 'report.html'), { maxBytes: MOST_BYTES, missing: unknown(id) })
  }

  /** A file of a load that there is: a request names no other path. */
  async #file(id: string, name: 'result.json' | 'report.html'): Promise<string> {
    const known = (await this.#ids()).find((one) => one === id)
    if (known === undefined || this.#folder === undefined) throw unknown(id)(undefined)
    return join(this.#folder, known, name)
  }

  /** Latest first: the names begin with the time. */
  async #ids(): Promise<string[]> {
    if (this.#folder === undefined) return []
    const entries = await readdir(this.#folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return []
      throw error
    })
    return entries
      .filter((entry) => entry.isDirectory() && Value.Check(LoadId, entry.name))
      .map(({ name }) => name)
      .sort()
      .reverse()
  }
}

export interface KeptPage {
  loads: LoadHead[]
  /** Of all pages. */
  total: number
  next: string | null
  /** Folders of this page without a result that can be read. */
  unreadable: number
}

const MOST_HEADS = 1_000
const MOST_VIEWS = 16
/** A result that is larger, of some hours, would stop control for too long. */
const MOST_BYTES = fileLimits.loadResult / 4

function unknown(id: string) {
  return (cause: unknown) =>
    apiErrors.error('FD_LOAD_UNKNOWN', {
      message: `the state folder has no result of a load "${id}"`,
      expected: 'the id of a load that has ended, and that was run on this state folder without --out',
      next: 'look at the list of loads',
      cause,
    })
}

/** The view of a result, if that has all that the view consists of. @throws FD_LOAD_RESULT */
function checked<T extends TSchema>(form: T, result: LoadResult, view: (result: LoadResult) => unknown): Static<T> {
  let cause: unknown
  try {
    const made = view(result)
    if (Value.Check(form, made)) return made
  } catch (error) {
    cause = error
  }
  throw loadErrors.error('FD_LOAD_RESULT', { message: 'the result lacks figures that every load has', cause })
}
