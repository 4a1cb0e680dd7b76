import { lstatSync } from 'node:fs'
import { link, open, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { errorTable, type FiredrillError } from '../../../base/errors.ts'
import { writeAtomically } from '../../../base/files/files.ts'
import { readOwnFile } from '../../../base/files/own-files.ts'
import { visibleLine } from '../../../base/text/visible.ts'
import { STATE_ENTRIES } from './state-folder.ts'

/** The halt of a state folder: the file `halt.json`. */

export const haltErrors = errorTable({
  FD_HALTED: {
    meaning: '`firedrill halt` is in force: no run, load or fault begins until it is released',
    http: 423,
    exit: 'aborted',
  },
  FD_HALT_NOT_DURABLE: 'Running processes are halted, but the block could not be written to disk',
})

/** How often a watcher looks, in milliseconds. */
const LOOK_EVERY_MS = 250

/** Since when, in epoch milliseconds, and why everything is halted. The reason may be empty. */
export interface Halted {
  sinceMs: number
  why: string
}

/**
 * The halt of a state folder: a file that halts everything while it exists, with any content. No process has to run for that, and
 * when it cannot be checked whether the file exists, it counts as existing.
 */
export class Lever {
  readonly #path: string
  readonly #write: typeof writeAtomically

  constructor(stateFolder: string, write = writeAtomically) {
    this.#path = join(stateFolder, STATE_ENTRIES.halt)
    this.#write = write
  }

  get path(): string {
    return this.#path
  }

  /** `undefined` while it is not pulled. */
  read(): Halted | undefined {
    let sinceMs: number
    try {
      sinceMs = lstatSync(this.#path).ctimeMs
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
      return { sinceMs: Date.now(), why: `${this.#path} cannot be looked at (${code})` }
    }
    try {
      // A pipe, a link or a folder of that name must not block this read.
      const value = JSON.parse(readOwnFile(this.#path) ?? '') as Partial<Halted> | null
      const { sinceMs: since, why } = value ?? {}
      if (isDate(since) && typeof why === 'string') return { sinceMs: since, why: visibleLine(why) }
    } catch {
      // The file exists: that is enough.
    }
    return { sinceMs, why: '' }
  }

  /** @throws FD_HALTED while it is pulled */
  refuse(): void {
    const halted = this.read()
    if (halted !== undefined) throw haltedError(halted)
  }

  /**
   * Pulls it, for good also after a loss of power. Pulled already, it stays so since when it was, with the new reason if there is one.
   * @throws FD_HALT_NOT_DURABLE
   */
  async pull(why: string): Promise<Halted> {
    const before = this.read()
    const reason = visibleLine(why)
    if (before !== undefined && (reason === '' || reason === before.why)) return before
    const halted = { sinceMs: before?.sinceMs ?? Date.now(), why: reason }
    try {
      await this.#write(this.#path, JSON.stringify(halted), 0o600)
    } catch (cause) {
      // A second name for an existing file needs no space on a full disk.
      const named = await link(join(dirname(this.#path), STATE_ENTRIES.id), this.#path).then(
        () => true,
        (error: NodeJS.ErrnoException) => error.code === 'EEXIST',
      )
      if (!named) {
        throw haltErrors.error('FD_HALT_NOT_DURABLE', {
          message: `${this.#path} could not be written (${(cause as NodeJS.ErrnoException).code ?? String(cause)})`,
          expected: 'room on the disk, and a state folder that can be written to',
          next: 'make room, then firedrill halt again: until then new runs, loads and faults are not blocked',
          cause,
        })
      }
    }
    await this.#settle()
    return halted
  }

  /** Releases it. Returns what it was; `undefined` when it was not pulled. */
  async release(): Promise<Halted | undefined> {
    const before = this.read()
    if (before === undefined) return undefined
    await rm(this.#path, { force: true })
    await this.#settle()
    return before
  }

  /** Calls `onChange` when it is pulled (at once, if it is already) and when it is released, until the returned function is called. */
  watch(onChange: (halted: Halted | undefined) => void): () => void {
    let known = false
    const look = () => {
      const halted = this.read()
      if ((halted !== undefined) === known) return
      known = halted !== undefined
      onChange(halted)
    }
    look()
    const timer = setInterval(look, LOOK_EVERY_MS)
    timer.unref()
    return () => clearInterval(timer)
  }

  /** A name in a folder is durable only after the folder is written. */
  async #settle(): Promise<void> {
    const folder = await open(dirname(this.#path), 'r').catch(() => undefined)
    await folder?.sync().catch(() => undefined)
    await folder?.close()
  }
}

function isDate(ms: unknown): ms is number {
  return typeof ms === 'number' && !Number.isNaN(new Date(ms).getTime())
}

export function haltedError({ sinceMs, why }: Halted): FiredrillError {
  return haltErrors.error('FD_HALTED', {
    message: `halted${why === '' ? '' : `: ${why}`}`,
    given: `halted since ${new Date(sinceMs).toISOString()}`,
    next: 'firedrill halt --release, when it is safe again; of a foreign system with --system FILE',
  })
}
