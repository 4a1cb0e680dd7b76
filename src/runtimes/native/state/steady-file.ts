import { closeSync, constants, ftruncateSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { readOwnFile } from '../../../base/files/own-files.ts'

/** A small file that can be written on a full disk. */

/** More than any list of processes needs; grows in steps of this size. */
const STEP_BYTES = 16 * 1024

/**
 * A small text that can be written when the disk is full and when no descriptor is left: two files of a fixed size, padded with
 * blanks and open for good, are written over in place, the spare one first. Whenever the process is killed, one of the two is
 * whole. Everything is synchronous.
 */
export class SteadyFile {
  readonly #paths: readonly string[]
  #files: number[] | undefined

  constructor(path: string) {
    this.#paths = [`${path}.spare`, path]
  }

  /** The result of `parse` for the first file that it accepts; `undefined` when it throws for both, or there is none. */
  read<T>(parse: (text: string) => T): T | undefined {
    for (const path of this.#paths.toReversed()) {
      try {
        return parse(readOwnFile(path) ?? '')
      } catch {
        // Missing, or cut short by a kill: then the other one is whole. Or of another user: then it is not trusted.
      }
    }
    return undefined
  }

  /** @throws the system's error, with the path */
  write(text: string): void {
    const bytes = Buffer.from(`${text}\n`)
    const padded = Buffer.alloc(STEP_BYTES * Math.ceil(bytes.length / STEP_BYTES), ' ')
    bytes.copy(padded)
    for (const [index, file] of this.#open().entries()) {
      try {
        for (let at = 0; at < padded.length; ) at += writeSync(file, padded, at, padded.length - at, at)
        ftruncateSync(file, padded.length)
      } catch (error) {
        throw Object.assign(error as Error, { path: this.#paths[index] })
      }
    }
  }

  close(): void {
    for (const file of this.#files ?? []) closeSync(file)
    this.#files = undefined
  }

  #open(): number[] {
    if (this.#files !== undefined) return this.#files
    const files: number[] = []
    try {
      for (const path of this.#paths) {
        mkdirSync(dirname(path), { recursive: true })
        // Neither emptied nor, as with "a", written at its end.
        files.push(openSync(path, constants.O_RDWR | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0), 0o600))
      }
    } catch (error) {
      for (const file of files) closeSync(file)
      throw error
    }
    this.#files = files
    return files
  }
}
