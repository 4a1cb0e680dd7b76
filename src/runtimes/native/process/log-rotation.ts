import { closeSync, fstatSync, ftruncateSync, openSync, readdirSync, readSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/** Bytes at which a log is set aside. No more than this is kept of it. */
export const ROTATE_ABOVE_BYTES = 5 * 1024 * 1024
const LOOK_EVERY_MS = 2_000
const PIECE_BYTES = 256 * 1024

/** Where a log is set aside; one older file is kept. */
export const asideOf = (path: string): string => `${path}.1`

/**
 * Sets the logs of a folder aside when they have grown large, while their writers go on. A replica takes at most twice 5 MiB of the
 * disk, and what it writes between two looks.
 */
export function rotateLogs(folder: string): { stop(): void } {
  const timer = setInterval(() => {
    for (const name of namesIn(folder)) if (name.endsWith('.log')) rotateIfLarge(join(folder, name))
  }, LOOK_EVERY_MS)
  timer.unref()
  return { stop: () => clearInterval(timer) }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/**
 * Copies a log that has grown large to the file beside it and empties it. Its writers have opened it to append, and so go on at
 * its beginning; a line that is written between the end of the copy and the emptying, some microseconds, is lost. On a
 * full disk only its end is kept. What fails is tried again the next time.
 */
export function rotateIfLarge(path: string): void {
  try {
    if (statSync(path).size > ROTATE_ABOVE_BYTES) rotate(path)
  } catch {
    // There is no such log, or no descriptor: the next look finds it as large.
  }
}

function rotate(path: string): void {
  const log = openSync(path, 'r+')
  try {
    // Emptying it first frees the space that the copy needs.
    const aside = openSync(asideOf(path), 'w', 0o600)
    try {
      moveEnd(log, aside)
    } finally {
      closeSync(aside)
    }
  } finally {
    closeSync(log)
  }
}

function moveEnd(log: number, aside: number): void {
  const piece = Buffer.alloc(PIECE_BYTES)
  const start = Math.max(0, fstatSync(log).size - ROTATE_ABOVE_BYTES)
  try {
    // To its end, unless its writer is faster than this.
    for (let copied = 0; copied < 2 * ROTATE_ABOVE_BYTES; ) {
      const bytes = readSync(log, piece, 0, piece.length, start + copied)
      if (bytes === 0) break
      writeSync(aside, piece, 0, bytes)
      copied += bytes
    }
    ftruncateSync(log, 0)
  } catch {
    const end = Math.max(0, fstatSync(log).size - piece.length)
    const bytes = readSync(log, piece, 0, piece.length, end)
    ftruncateSync(log, 0)
    ftruncateSync(aside, 0)
    writeSync(aside, piece, 0, bytes, 0)
  }
}
