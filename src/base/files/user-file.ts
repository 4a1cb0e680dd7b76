import { constants } from 'node:fs'
import { type FileHandle, lstat, open } from 'node:fs/promises'
import { type ErrorDetails, errorTable, type FiredrillError } from '../errors.ts'
import { formatBytes } from '../units/bytes.ts'
import { quoted } from './own-files.ts'

export const fileErrors = errorTable({
  FD_FILE_UNREADABLE: {
    meaning: 'A file that was named is no text file that can be read here, or is larger than files of its kind may be',
    exit: 'usage',
  },
})

/** Largest files, by what they are. In bytes; each is refused by its size alone, before a byte of it is parsed. */
export const fileLimits = {
  /** What people write: drills, policies, objectives, rules, descriptions of systems. Those that ship have 3 KiB at most. */
  written: 1024 ** 2,
  /** A journal has some entries a second of its run and one an event: an hour has about 1 MiB. */
  journal: 16 * 1024 ** 2,
  /** A recording of prices has about 60 bytes a price. */
  recording: 16 * 1024 ** 2,
  /** The result of a load run has a line a second and endpoint: a day of five endpoints has about 64 MiB. */
  loadResult: 64 * 1024 ** 2,
} as const

export interface UserFileOptions {
  maxBytes: number
  /** The error when nothing is there. Default: FD_FILE_UNREADABLE. */
  missing?(cause: unknown): FiredrillError
}

/**
 * The text of a file that a person named. Never waits for a writer, reads no device and no more than `maxBytes`.
 * @throws the error of `missing`, or FD_FILE_UNREADABLE: a folder, a pipe, a device, too large, no permission, not UTF-8
 */
export async function readUserFile(path: string, options: UserFileOptions): Promise<string> {
  const { maxBytes, missing } = options
  const refuse = (message: string, details: Partial<ErrorDetails> = {}): FiredrillError =>
    fileErrors.error('FD_FILE_UNREADABLE', {
      message,
      where: path,
      expected: `a text file (UTF-8) of at most ${formatBytes(maxBytes)}`,
      ...details,
    })
  let file: FileHandle | undefined
  try {
    // Without it, a pipe that nobody writes to would be waited for.
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    const { size, isFile } = await kindOf(file)
    if (!isFile) throw refuse('this is no file but a folder, a pipe or a device', { next: 'name a file' })
    if (size > maxBytes) throw refuse('the file is too large', { given: formatBytes(size) })
    const content = await readUpTo(file, maxBytes)
    if (content === undefined) throw refuse('the file is too large', { given: `more than ${formatBytes(maxBytes)}` })
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(content)
    } catch (cause) {
      throw refuse('the file is not UTF-8', { cause })
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (typeof code !== 'string' || code.startsWith('FD_')) throw error
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      if (await isThere(path)) throw refuse('this is a link to what is not there', { cause: error })
      throw missing?.(error) ?? refuse('there is no such file', { cause: error })
    }
    const next = `ls -ld ${quoted(path)}`
    throw refuse(`the file cannot be read: ${(error as Error).message}`, { next, cause: error })
  } finally {
    await file?.close()
  }
}

function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  )
}

async function kindOf(file: FileHandle): Promise<{ size: number; isFile: boolean }> {
  const found = await file.stat()
  return { size: found.size, isFile: found.isFile() }
}

/** All that is in the file, also when its size is reported wrongly; `undefined` when that is more than `maxBytes`. */
async function readUpTo(file: FileHandle, maxBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let bytes = 0
  while (true) {
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(256 * 1024))
    if (bytesRead === 0) return Buffer.concat(chunks)
    bytes += bytesRead
    if (bytes > maxBytes) return undefined
    chunks.push(buffer.subarray(0, bytesRead))
  }
}
