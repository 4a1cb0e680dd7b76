import { randomBytes } from 'node:crypto'
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Reads a text file; `undefined` when there is none. */
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

/** The secret kept in `path`; generated (256 bits, base64url) with mode 0600 when there is none. */
export async function readOrCreateSecret(path: string): Promise<string> {
  const existing = (await readIfThere(path))?.trim()
  if (existing) return existing
  const secret = randomBytes(32).toString('base64url')
  await writeAtomically(path, secret, 0o600)
  return secret
}
