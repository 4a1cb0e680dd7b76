import { lchown, readdir, realpath, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { componentErrors } from '../errors.ts'
import { runCommand } from '../run-command.ts'

/** A user that a child process can be made to run as. */
export interface Account {
  uid: number
  gid: number
}

/** The account of a user; `undefined` when the system has none of that name. */
export async function lookUpAccount(
  name: string,
  env: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<Account | undefined> {
  const ask = async (flag: string) =>
    Number((await runCommand('id', [flag, name], { env, signal, timeoutMs: 5_000 })).stdout.trim())
  try {
    return { uid: await ask('-u'), gid: await ask('-g') }
  } catch {
    signal?.throwIfAborted()
    return undefined
  }
}

/**
 * The account that PostgreSQL runs as instead of root, which it refuses: nobody. Not just any number: the server looks
 * its user up and fails when there is no entry.
 * @throws FD_POSTGRES_PREPARE when the system has no such user
 */
export async function lookUpNobody(env: NodeJS.ProcessEnv, signal?: AbortSignal): Promise<Account> {
  const account = await lookUpAccount('nobody', env, signal)
  if (account !== undefined) return account
  throw componentErrors.error('FD_POSTGRES_PREPARE', {
    message: 'PostgreSQL does not run as root, and there is no user "nobody"',
    next: 'run firedrill as an ordinary user',
  })
}

/** The first folder on the way to `path` (itself included) that users other than its owner cannot pass, if any. */
export async function firstClosedFolder(path: string): Promise<string | undefined> {
  const folders: string[] = []
  for (let folder = await nearestExisting(path); ; folder = dirname(folder)) {
    folders.unshift(folder)
    if (folder === dirname(folder)) break
  }
  for (const folder of folders) if (((await stat(folder)).mode & 0o001) === 0) return folder
  return undefined
}

async function nearestExisting(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || path === dirname(path)) throw error
    return await nearestExisting(dirname(path))
  }
}

/** Gives a folder and all below it to an account; links are not followed, they might lead out of it. */
export async function giveTo({ uid, gid }: Account, folder: string): Promise<void> {
  await lchown(folder, uid, gid)
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) await giveTo({ uid, gid }, path)
    else await lchown(path, uid, gid)
  }
}
