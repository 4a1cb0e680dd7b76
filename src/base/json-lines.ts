import { type FileHandle, mkdir, open, truncate } from 'node:fs/promises'
import { dirname } from 'node:path'
import { readIfThere } from './files.ts'

/** An append-only file of one JSON value a line, flushed to disk before `append` resolves. */
export class JsonLines<T> {
  readonly #file: FileHandle
  #tail: Promise<void> = Promise.resolve()

  private constructor(file: FileHandle) {
    this.#file = file
  }

  /** Opens the file and returns what it holds. A last line cut short by kill -9 is removed: it was never acknowledged. */
  static async open<T>(path: string): Promise<{ log: JsonLines<T>; entries: T[] }> {
    await mkdir(dirname(path), { recursive: true })
    const text = (await readIfThere(path)) ?? ''
    const end = text.lastIndexOf('\n') + 1
    if (end < text.length) await truncate(path, Buffer.byteLength(text.slice(0, end)))
    const entries = parseJsonLines<T>(text.slice(0, end))
    return { log: new JsonLines<T>(await open(path, 'a', 0o600)), entries }
  }

  append(entry: T): Promise<void> {
    const line = `${JSON.stringify(entry)}\n`
    const written = this.#tail.then(async () => {
      await this.#file.appendFile(line)
      await this.#file.datasync()
    })
    this.#tail = written.catch(() => undefined)
    return written
  }

  async close(): Promise<void> {
    await this.#tail
    await this.#file.close()
  }
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
