import { mkdirSync, openSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { sleep } from '../../../base/wait.ts'
import { asideOf, rotateIfLarge } from './log-rotation.ts'

/** Log files of replicas: opened, read from their end, followed. */

/** Enough for a few hundred long lines; a tail never reads more of a file. */
const TAIL_BYTES = 256 * 1024

/** Opens a replica's log for its next process to append to; a large one is set aside first. */
export function openLog(path: string): number {
  mkdirSync(dirname(path), { recursive: true })
  rotateIfLarge(path)
  return openSync(path, 'a', 0o600)
}

/** The last `lines` lines, oldest first, those set aside included; none when there is no log yet. */
export async function tailLog(path: string, lines: number): Promise<string[]> {
  const newest = linesOf(await readEnd(path, TAIL_BYTES))
  if (newest.length >= lines) return newest.slice(-lines)
  return [...linesOf(await readEnd(asideOf(path), TAIL_BYTES)), ...newest].slice(-lines)
}

const FOLLOW_POLL_MS = 200
/** This many of the bytes that were read last show whether a file is still the same one, and where reading stopped. */
const MARK_BYTES = 1_024
/** More is read in the next round. */
const MOST_AT_ONCE_BYTES = 4 * 1024 * 1024

/** Calls `onLine` for every line that is added from now on, across rotations, until the signal is aborted. */
export async function followLog(path: string, onLine: (line: string) => void, signal: AbortSignal): Promise<void> {
  // One size for both: a line that is written meanwhile is behind the mark and the position.
  let position = await sizeOf(path)
  let mark = await readBefore(path, position, MARK_BYTES)
  let rest = Buffer.alloc(0)
  const add = (bytes: Buffer) => {
    mark = Buffer.concat([mark, bytes]).subarray(-MARK_BYTES)
    rest = Buffer.concat([rest, bytes])
    const end = rest.lastIndexOf('\n') + 1
    for (const line of linesOf(rest.subarray(0, end))) onLine(line)
    rest = rest.subarray(end)
  }
  while (!signal.aborted) {
    await sleep(FOLLOW_POLL_MS, signal).catch(() => undefined)
    const size = await sizeOf(path)
    if (size === position) continue
    const before = await read(path, position - mark.length, mark.length)
    if (size < position || !before.equals(mark)) {
      // It was set aside: read first what was added before that.
      const old = await readEnd(asideOf(path), Number.POSITIVE_INFINITY)
      const at = old.lastIndexOf(mark)
      if (mark.length > 0 && at >= 0) add(old.subarray(at + mark.length))
      position = 0
      mark = Buffer.alloc(0)
    }
    const bytes = await read(path, position, Math.min(size - position, MOST_AT_ONCE_BYTES))
    position += bytes.length
    add(bytes)
  }
}

function linesOf(bytes: Buffer): string[] {
  const lines = bytes.toString('utf8').split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines
}

async function sizeOf(path: string): Promise<number> {
  return (await withFile(path, async (file) => (await file.stat()).size)) ?? 0
}

/** The last `most` bytes; none when there is no such file. */
async function readEnd(path: string, most: number): Promise<Buffer> {
  return readBefore(path, await sizeOf(path), most)
}

/** The last `most` bytes before a position. */
function readBefore(path: string, position: number, most: number): Promise<Buffer> {
  const length = Math.min(position, most)
  return read(path, position - length, length)
}

async function read(path: string, position: number, length: number): Promise<Buffer> {
  const bytes = await withFile(path, async (file) => {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position)
    return buffer.subarray(0, bytesRead)
  })
  return bytes ?? Buffer.alloc(0)
}

async function withFile<T>(path: string, act: (file: FileHandle) => Promise<T>): Promise<T | undefined> {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (file === undefined) return undefined
  try {
    return await act(file)
  } finally {
    await file.close()
  }
}
