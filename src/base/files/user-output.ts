import { randomBytes } from 'node:crypto'
import { accessSync, constants, existsSync, lstatSync, realpathSync, statSync } from 'node:fs'
import { appendFile, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { errorTable, type FiredrillError } from '../errors.ts'
import { lackOf } from '../system/lack.ts'
import { writeAtomically } from './files.ts'
import { quoted } from './own-files.ts'

export const outputErrors = errorTable({
  FD_FILE_UNWRITABLE: {
    meaning: 'A file that was named for a result cannot be written: a folder, a pipe, no permission, no such disk',
    exit: 'usage',
  },
})

/**
 * Looks whether a file can be written there, before the work whose result it is to hold. Leaves nothing behind.
 * @throws FD_FILE_UNWRITABLE
 */
export async function checkUserOutput(path: string): Promise<void> {
  try {
    const folder = existingFolder(dirname(target(path)))
    const probe = join(folder, `.${basename(path).slice(0, 100)}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`)
    await writeFile(probe, '', { flag: 'wx' })
    await rm(probe, { force: true })
  } catch (error) {
    throw refusalOf(path, error)
  }
}

/**
 * Writes a result to a file that a person named, whole or not at all; `append`: behind what is in it. Folders that are missing
 * are made, and a link stays one.
 * @throws FD_FILE_UNWRITABLE; the error of the system when the disk is full
 */
export async function writeUserFile(path: string, text: string, { append = false } = {}): Promise<void> {
  try {
    const to = target(path)
    await (append ? appendFile(to, text) : writeAtomically(to, text))
  } catch (error) {
    throw refusalOf(path, error)
  }
}

/** The file itself, with links followed. A pipe would be waited for, and a device replaced by a file. */
function target(path: string): string {
  if (path === '') throw refuse(path, 'it is empty')
  const found = statSync(path, { throwIfNoEntry: false })
  if (found?.isFile() === true) {
    // What may not be written to is not replaced either, though its folder would let us.
    accessSync(path, constants.W_OK)
    return realpathSync(path)
  }
  if (found !== undefined)
    throw refuse(path, found.isDirectory() ? 'this is a folder' : 'this is no file but a pipe or a device')
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined)
    throw refuse(path, 'this is a link to what is not there')
  if (/\/$/.test(path)) throw refuse(path, 'this is a folder')
  return resolve(path)
}

/** The folder of a file, or the nearest one above it that there is: the others are made when the file is. */
function existingFolder(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : existingFolder(dirname(folder))
}

function refusalOf(path: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException
  if (typeof code !== 'string' || code.startsWith('FD_') || lackOf(error) !== undefined) return error
  return refuse(path, `it cannot be written: ${(error as Error).message}`, error)
}

function refuse(path: string, message: string, cause?: unknown): FiredrillError {
  return outputErrors.error('FD_FILE_UNWRITABLE', {
    message,
    where: path,
    expected: 'the path of a file, or of one that can be made',
    next: path === '' ? 'name a file' : `name another file, or look at: ls -ld ${quoted(dirname(path))}`,
    cause,
  })
}
