import { type FileHandle, link, mkdir, open, readFile, rename, rm, truncate } from 'node:fs/promises'
import { dirname } from 'node:path'
import { readIfThere } from './files.ts'

/** When a file is full, a new one is begun, and the old one kept beside it. */
export interface Rotation<T> {
  /** A file that would grow beyond this many bytes is full. */
  maxBytes: number
  /** How many old files are kept: `log.jsonl.1` is the latest of them. */
  keep: number
  /** What the new file begins with, so that it alone tells all that matters; called right after the last `add`. */
  snapshot(): T[]
}

/**
 * An append-only file of one JSON value a line. What was added is on disk when `flush` resolves; lines that are added while
 * the disk is busy go there together.
 */
export class JsonLines<T> {
  readonly #path: string
  readonly #rotation: Rotation<T> | undefined
  #file: FileHandle
  #bytes: number
  #added: string[] = []
  #current: Promise<void> = Promise.resolve()
  #next: Promise<void> | undefined

  private constructor(path: string, file: FileHandle, bytes: number, rotation: Rotation<T> | undefined) {
    this.#path = path
    this.#file = file
    this.#bytes = bytes
    this.#rotation = rotation
  }

  /** Opens the file and returns what it holds. A last line cut short by kill -9 is removed: it was never acknowledged. */
  static async open<T>(path: string, rotation?: Rotation<T>): Promise<{ log: JsonLines<T>; entries: T[] }> {
    await mkdir(dirname(path), { recursive: true })
    await rm(nextPath(path), { force: true })
    const content = await readFile(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return Buffer.alloc(0)
      throw error
    })
    const end = content.lastIndexOf('\n') + 1
    if (end < content.length) await truncate(path, end)
    const entries = parseJsonLines<T>(content.toString('utf8', 0, end))
    return { log: new JsonLines<T>(path, await open(path, 'a', 0o600), end, rotation), entries }
  }

  add(entry: T): void {
    this.#added.push(`${JSON.stringify(entry)}\n`)
  }

  /**
   * Resolves when all that was added is on disk. When the disk fails it rejects, keeps the lines, and the next call tries
   * again: no later line ever overtakes them.
   */
  flush(): Promise<void> {
    if (this.#added.length === 0) return this.#current
    if (this.#next === undefined) {
      const next = this.#current
        .catch(() => undefined)
        .then(() => {
          this.#current = next
          this.#next = undefined
          return this.#write()
        })
      this.#next = next
      next.catch(() => undefined)
    }
    return this.#next
  }

  async close(): Promise<void> {
    await this.flush().finally(() => this.#file.close())
  }

  async #write(): Promise<void> {
    const lines = this.#added
    this.#added = []
    const content = Buffer.from(lines.join(''))
    const { maxBytes = Number.POSITIVE_INFINITY, snapshot } = this.#rotation ?? {}
    // An empty file is never full: one line may be longer than all that is allowed.
    const full = this.#bytes > 0 && this.#bytes + content.length > maxBytes
    const begin = full ? snapshot?.().map((entry) => `${JSON.stringify(entry)}\n`) : undefined
    try {
      await this.#file.appendFile(content)
      await this.#file.datasync()
      this.#bytes += content.length
    } catch (error) {
      this.#added = [...lines, ...this.#added]
      // Part of a line may be there; the next try begins behind the last whole one.
      await this.#file.truncate(this.#bytes).catch(() => undefined)
      throw error
    }
    // Without room for a new file, the old one is good for more.
    if (begin !== undefined) await this.#rotate(begin.join('')).catch(() => undefined)
  }

  /** At every moment there is a whole file at the path: the new one takes the place of the old one at once. */
  async #rotate(begin: string): Promise<void> {
    const { keep } = this.#rotation as Rotation<T>
    const next = await open(nextPath(this.#path), 'w', 0o600)
    try {
      await next.appendFile(begin)
      await next.datasync()
    } finally {
      await next.close()
    }
    await rm(oldPath(this.#path, keep), { force: true })
    for (let number = keep - 1; number >= 1; number--) {
      await rename(oldPath(this.#path, number), oldPath(this.#path, number + 1)).catch(() => undefined)
    }
    if (keep > 0) await link(this.#path, oldPath(this.#path, 1))
    await rename(nextPath(this.#path), this.#path)
    const folder = await open(dirname(this.#path), 'r')
    await folder.sync().finally(() => folder.close())
    await this.#file.close()
    this.#file = await open(this.#path, 'a', 0o600)
    this.#bytes = Buffer.byteLength(begin)
  }
}

/** Everything that is kept, from the oldest file to the current one. What a snapshot repeats is there twice. */
export async function readJsonLines<T>(path: string): Promise<T[]> {
  const texts: string[] = [(await readIfThere(path)) ?? '']
  for (let number = 1; ; number++) {
    const text = await readIfThere(oldPath(path, number))
    if (text === undefined) break
    texts.unshift(text)
  }
  return texts.flatMap((text) => parseJsonLines<T>(text))
}

/** Parses JSON lines; a line that is not JSON (a torn write in the middle of a crash) is left out. */
export function parseJsonLines<T>(text: string): T[] {
  const entries: T[] = []
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue
    try {
      entries.push(JSON.parse(line) as T)
    } catch {
      // A torn line was never acknowledged to anyone.
    }
  }
  return entries
}

function oldPath(path: string, number: number): string {
  return `${path}.${number}`
}

function nextPath(path: string): string {
  return `${path}.next`
}
