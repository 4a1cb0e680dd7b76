import { randomBytes } from 'node:crypto'
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { errorTable } from '../errors.ts'
import { IN_STATE, readOwnFile } from './own-files.ts'

export const secretErrors = errorTable({
  FD_SECRET_MISSING: 'A secret that a setting names cannot be read',
  FD_SECRET_WEAK: { meaning: 'A file holds something else than a secret that was generated', exit: 'usage' },
})

/** Reads a text file; `undefined` when it does not exist. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/**
 * Writes a file so that a reader sees either the old content or the whole new one, also after kill -9. An error of the system
 * names the file (`path`): a write that fails does not by itself.
 */
export async function writeAtomically(path: string, content: string, mode = 0o644): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const temporary = `${path}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`
  const file = await open(temporary, 'wx', mode)
  try {
    await file.writeFile(content)
    await file.sync()
    await file.close()
    await rename(temporary, path)
  } catch (error) {
    await file.close().catch(() => undefined)
    await rm(temporary, { force: true })
    if (error instanceof Error) Object.assign(error, { path })
    throw error
  }
}

/** 256 bits, as base64url. */
const SECRET = /^[\w-]{43,}$/

/**
 * The secret kept in `path`; `undefined` when there is no such file.
 * @throws FD_FILE_NOT_OURS when others could read or write it, FD_SECRET_WEAK when it is too short to be one
 */
export function readSecret(path: string): string | undefined {
  const secret = readOwnFile(path, { secret: true, remedy: IN_STATE })?.trim()
  if (secret === undefined || SECRET.test(secret)) return secret
  throw secretErrors.error('FD_SECRET_WEAK', {
    message: 'not used: this is not a secret that Firedrill has generated',
    where: path,
    expected: 'at least 43 characters of base64url: 256 bits',
    given: `${secret.length} characters`,
    next: `firedrill down --purge, and up again for new ones; or ${IN_STATE.another}`,
  })
}

/** The secret kept in `path`; generated (256 bits, base64url) with mode 0600 when there is no such file. @throws as `readSecret` */
export async function readOrCreateSecret(path: string): Promise<string> {
  const existing = readSecret(path)
  if (existing !== undefined) return existing
  const secret = randomBytes(32).toString('base64url')
  await writeAtomically(path, secret, 0o600)
  return secret
}
