import { constants, type FileHandle, link, mkdir, open, rename, rm, truncate } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * An append-only file of one JSON value a line. What was added is on disk when `flush` resolves; lines that are added while
 * the disk is busy go there together.
 */
export class JsonLines<T> {
  readonly #path: string
  readonly #rotation: Rotation<T> | undefined
  #file: FileHandle
  #bytes: number
  /** Of what the file began with. */
  #beginBytes = 0
  #added: string[] = []
  #current: Promise<void> = Promise.resolve()
  #next: Promise<void> | undefined

  private constructor(path: string, { file, bytes }: OpenFile, rotation: Rotation<T> | undefined) {
    this.#path = path
    this.#file = file
    this.#bytes = bytes
    this.#rotation = rotation
  }

  /**
   * Opens the file, calls `each` with every entry that it holds, one after the other, and never holds the whole of it. A last line
   * cut short by kill -9 is removed: it was never acknowledged.
   */
  static async open<T>(path: string, each: (entry: T) => void, rotation?: Rotation<T>): Promise<JsonLines<T>> {
    await mkdir(dirname(path), { recursive: true })
    await rm(nextPath(path), { force: true })
    const read = await readFileLines(path, each)
    if (read !== undefined && read.end < read.bytes) await truncate(path, read.end)
    const opened = { file: await open(path, 'a', 0o600), bytes: read?.end ?? 0 }
    return new JsonLines<T>(path, opened, rotation)
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
    const full = this.#bytes > 0 && this.#bytes + content.length > Math.max(maxBytes, 2 * this.#beginBytes)
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
    const next = await open(nextPath(this.#path), NEW_TO_APPEND, 0o600)
    try {
      await next.appendFile(begin)
      await next.datasync()
      await rm(oldPath(this.#path, keep), { force: true })
      for (let number = keep - 1; number >= 1; number--) {
        await rename(oldPath(this.#path, number), oldPath(this.#path, number + 1)).catch(() => undefined)
      }
      if (keep > 0) await link(this.#path, oldPath(this.#path, 1))
      await rename(nextPath(this.#path), this.#path)
    } catch (error) {
      await next.close()
      throw error
    }
    // From here on the new file is at the path, and takes the next lines, even if something else fails.
    const old = this.#file
    this.#file = next
    this.#bytes = Buffer.byteLength(begin)
    this.#beginBytes = this.#bytes
    await syncFolder(dirname(this.#path)).finally(() => old.close())
  }
}

/** A file is read in pieces of this size. */
const PIECE_BYTES = 256 * 1024
const LINE_FEED = 0x0a
const NEW_TO_APPEND = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_APPEND

interface OpenFile {
  file: FileHandle
  bytes: number
}

/** When a file is full, a new one is begun, and the old one kept beside it. */
export interface Rotation<T> {
  /** A file that would grow beyond this many bytes is full; one that begins with much, when it has doubled. */
  maxBytes: number
  /** How many old files are kept: `log.jsonl.1` is the latest of them. */
  keep: number
  /** What the new file begins with, so that it alone holds all that matters; called right after the last `add`. */
  snapshot(): T[]
}

/** Calls `each` with everything that is kept, from the oldest file to the current one. What a snapshot repeats is there twice. */
export async function readJsonLines<T>(path: string, each: (entry: T) => void): Promise<void> {
  let oldest = 0
  while (await isThere(oldPath(path, oldest + 1))) oldest++
  for (let number = oldest; number > 0; number--) await readFileLines(oldPath(path, number), each)
  await readFileLines(path, each)
}

/** Parses JSON lines; a line that is not JSON (a torn write in the middle of a crash) is left out. */
export function parseJsonLines<T>(text: string): T[] {
  const entries: T[] = []
  for (const line of text.split('\n')) parseLine<T>(line, (entry) => entries.push(entry))
  return entries
}

function parseLine<T>(line: string, each: (entry: T) => void): void {
  if (line.trim() === '') return
  let entry: T
  try {
    entry = JSON.parse(line) as T
  } catch {
    // A torn line was never acknowledged to anyone.
    return
  }
  each(entry)
}

/** Reads a file piece by piece; resolves with its length and with where its last whole line ends. `undefined`: there is no such file. */
async function readFileLines<T>(
  path: string,
  each: (entry: T) => void,
): Promise<{ end: number; bytes: number } | undefined> {
  const file = await openIfThere(path)
  if (file === undefined) return undefined
  const piece = Buffer.allocUnsafe(PIECE_BYTES)
  let begun: Buffer[] = []
  let [end, bytes] = [0, 0]
  try {
    while (true) {
      const { bytesRead } = await file.read(piece, 0, PIECE_BYTES)
      if (bytesRead === 0) return { end, bytes }
      let from = 0
      for (let at = piece.indexOf(LINE_FEED); at >= 0 && at < bytesRead; at = piece.indexOf(LINE_FEED, from)) {
        parseLine(Buffer.concat([...begun, piece.subarray(from, at)]).toString(), each)
        begun = []
        from = at + 1
        end = bytes + from
      }
      if (from < bytesRead) begun.push(Buffer.from(piece.subarray(from, bytesRead)))
      bytes += bytesRead
    }
  } finally {
    await file.close()
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  await folder.sync().finally(() => folder.close())
}

async function isThere(path: string): Promise<boolean> {
  const file = await openIfThere(path)
  await file?.close()
  return file !== undefined
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function oldPath(path: string, number: number): string {
  return `${path}.${number}`
}

function nextPath(path: string): string {
  return `${path}.next`
}
