import { mkdirSync, openSync, renameSync, statSync } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { sleep } from '../../base/wait.ts'

const ROTATE_ABOVE_BYTES = 5 * 1024 * 1024
/** Enough for a few hundred long lines; a tail never reads more. */
const TAIL_BYTES = 256 * 1024

/** Opens a replica's log for its next process to write to; a large one is set aside first (one older file is kept). */
export function openLog(path: string): number {
  mkdirSync(dirname(path), { recursive: true })
  try {
    if (statSync(path).size > ROTATE_ABOVE_BYTES) renameSync(path, `${path}.1`)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  return openSync(path, 'a', 0o600)
}

/** The last `lines` lines, oldest first; none when there is no log yet. */
export async function tailLog(path: string, lines: number): Promise<string[]> {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (file === undefined) return []
  try {
    const { size } = await file.stat()
    const length = Math.min(size, TAIL_BYTES)
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length)
    const text = buffer.toString('utf8')
    const all = text.split('\n')
    if (all.at(-1) === '') all.pop()
    return all.slice(-lines)
  } finally {
    await file.close()
  }
}

const FOLLOW_POLL_MS = 200

/** Calls `onLine` for every line that is added from now on, across rotations, until the signal is aborted. */
export async function followLog(path: string, onLine: (line: string) => void, signal: AbortSignal): Promise<void> {
  let position = await sizeOf(path)
  let rest = ''
  while (!signal.aborted) {
    await sleep(FOLLOW_POLL_MS, signal).catch(() => undefined)
    const size = await sizeOf(path)
    if (size < position) position = 0
    if (size === position) continue
    const file = await open(path, 'r')
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(size - position), 0, size - position, position)
      position += bytesRead
      const lines = (rest + buffer.toString('utf8', 0, bytesRead)).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) onLine(line)
    } finally {
      await file.close()
    }
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size
  } catch {
    return 0
  }
}
