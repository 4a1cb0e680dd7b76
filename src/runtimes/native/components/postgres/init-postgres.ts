import { chown, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { messageOf } from '../../../../base/errors.ts'
import { componentErrors } from '../errors.ts'
import { runCommand, shorten } from '../run-command.ts'
import type { Account } from './postgres-account.ts'

/** Creates a data directory of PostgreSQL. */

/** Superuser and database of every stack. */
export const POSTGRES_NAME = 'firedrill'

export interface InitPostgresOptions {
  /** Folder with `postgres` and `initdb`. */
  binFolder: string
  /** Must be absent or an empty folder; its parent must exist. */
  dataDir: string
  password: string
  /** The whole environment of the programs. */
  env: NodeJS.ProcessEnv
  account?: Account | undefined
  signal?: AbortSignal | undefined
}

/**
 * Creates a data directory with the superuser and the database `firedrill`. All is done in a sibling that takes its place
 * in one step, so that an interrupted attempt leaves nothing that looks like a data directory.
 * @throws FD_POSTGRES_PREPARE with the program's own message
 */
export async function initPostgres(options: InitPostgresOptions): Promise<void> {
  const { binFolder, dataDir, password, account, signal } = options
  const prefix = `${basename(dataDir)}.init-`
  const parent = dirname(dataDir)
  for (const entry of await readdir(parent)) {
    if (entry.startsWith(prefix)) await rm(join(parent, entry), { recursive: true, force: true })
  }
  const temporary = await mkdtemp(join(parent, prefix))
  const data = join(temporary, 'data')
  const passwordFile = join(temporary, 'password')
  // The server's user must be able to enter its working directory.
  const bounds = { env: options.env, signal, cwd: '/', uid: account?.uid, gid: account?.gid, timeoutMs: 120_000 }
  try {
    await mkdir(data, { mode: 0o700 })
    await writeFile(passwordFile, `${password}\n`, { mode: 0o600, flag: 'wx' })
    if (account !== undefined) {
      for (const path of [data, passwordFile, temporary]) await chown(path, account.uid, account.gid)
    }
    await runCommand(
      join(binFolder, 'initdb'),
      // biome-ignore format: one option with its value a line is easier to read
      ['-D', data, '-U', POSTGRES_NAME, '-A', 'scram-sha-256', `--pwfile=${passwordFile}`, '-E', 'UTF8', '--locale=C', '--no-instructions'],
      bounds,
    )
    // Single-user mode needs no port, no password and no second process to wait for.
    const { stdout, stderr } = await runCommand(join(binFolder, 'postgres'), ['--single', '-D', data, 'postgres'], {
      ...bounds,
      input: `CREATE DATABASE ${POSTGRES_NAME}\n`,
    })
    // It ends with 0 also after a failed statement.
    const problem = `${stdout}\n${stderr}`.split('\n').filter((line) => /\b(ERROR|FATAL|PANIC):/.test(line))
    if (problem.length > 0) throw new Error(shorten(problem.join('\n')))
    await rename(data, dataDir)
  } catch (error) {
    signal?.throwIfAborted()
    throw componentErrors.error('FD_POSTGRES_PREPARE', {
      message: `no PostgreSQL data directory could be made: ${messageOf(error)}`,
      where: dataDir,
      cause: error,
    })
  } finally {
    await rm(temporary, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  }
}
