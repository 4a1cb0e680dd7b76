import { createHash } from 'node:crypto'
import { mkdir, readdir, realpath, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { defined } from '../../../../base/defined.ts'
import { readIfThere } from '../../../../base/files/files.ts'
import type { ResolvedComponent } from '../component.ts'
import { componentErrors } from '../errors.ts'
import { initPostgres } from './init-postgres.ts'
import { type Account, firstClosedFolder, giveTo, lookUpNobody } from './postgres-account.ts'
import { copyPostgres } from './postgres-copy.ts'
import { removeStaleLock } from './postgres-lock.ts'
import { takePlace } from './stack-place.ts'

/** Prepares PostgreSQL's programs and data for a start. */

/** Below it is what must be passable for all when running as root: a folder for each stack that needs it, and programs. */
export const OPEN_FOLDER = '/var/lib/firedrill'

export interface PreparePostgresOptions {
  component: ResolvedComponent
  /** Where the data is wanted; created when absent. */
  dataDir: string
  /** Password of the superuser `firedrill`; takes effect only when the data directory is created. */
  password: string
  /** Letters, digits, ".", "_" and "-"; names the stack's folder below /var/lib/firedrill, should one be needed. */
  stackId: string
  /** The owner of that folder. */
  stateFolder: string
  signal?: AbortSignal
  /** Folder for what must be passable for all when running as root. Default: /var/lib/firedrill. */
  openFolder?: string
}

/** How to start the server; the caller adds `-p PORT -c listen_addresses=127.0.0.1`. */
export interface PreparedPostgres {
  command: string
  /** The data directory, and no Unix socket: the default folder of sockets may not be writable. */
  args: string[]
  /** The whole environment of the server. */
  env: Record<string, string>
  /** Start it here: before version 16 it fails in a working directory that its user cannot enter. */
  cwd: string
  /** Set when running as root: the user that the server runs as. */
  uid?: number
  gid?: number
  /** Where the data really is. */
  dataDir: string
  /** What was done differently from the request, for people. */
  note?: string
}

/**
 * Prepares a data directory and returns how to start the server. Each step may be interrupted and is finished by the next call.
 * Only one caller at a time may prepare one data directory.
 * @throws FD_POSTGRES_VERSION, FD_POSTGRES_DATA, FD_POSTGRES_PREPARE
 */
export async function preparePostgres(options: PreparePostgresOptions): Promise<PreparedPostgres> {
  const { component, signal } = options
  const env = {
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    LC_ALL: 'C',
    ...defined({ TZ: process.env.TZ }),
    ...component.env,
  }
  const account = process.getuid?.() === 0 ? await lookUpNobody(env, signal) : undefined
  const { binFolder, dataDir, note } = await placeForAccount(options, account)

  const state = await readState(dataDir)
  if (state === 'absent') await initPostgres({ ...options, binFolder, dataDir, env, account, signal })
  else {
    refuseOtherVersion(state.major, component.version, dataDir)
    await adopt(dataDir, state.uid, account)
    await removeStaleLock(dataDir, signal)
  }
  return {
    command: join(binFolder, 'postgres'),
    args: ['-D', dataDir, '-k', ''],
    env,
    cwd: '/',
    ...account,
    dataDir,
    ...defined({ note }),
  }
}

/** Programs and data at places that the account can reach: the given ones if possible, else below the open folder. */
async function placeForAccount(options: PreparePostgresOptions, account: Account | undefined) {
  const { component, stackId, openFolder = OPEN_FOLDER } = options
  const wanted = resolve(options.dataDir)
  await mkdir(dirname(wanted), { recursive: true })
  const installed = dirname(await realpath(component.programs.postgres ?? ''))
  if (account === undefined) return { binFolder: installed, dataDir: wanted }
  if (!/^[\w-][\w.-]*$/.test(stackId)) {
    throw componentErrors.error('FD_POSTGRES_PREPARE', { message: 'not usable as a stack id', given: stackId })
  }
  const closedPrograms = await firstClosedFolder(installed)
  const closedData = await firstClosedFolder(dirname(wanted))
  if (closedPrograms === undefined && closedData === undefined) return { binFolder: installed, dataDir: wanted }

  const own = await takePlace(openFolder, stackId, options.stateFolder)
  const notes: string[] = []
  let binFolder = installed
  if (closedPrograms !== undefined) {
    // Shared by all stacks that run these programs.
    const copy = `postgres-${component.version}-${createHash('sha256').update(installed).digest('hex').slice(0, 8)}`
    binFolder = await copyPostgres(installed, join(openFolder, copy))
    notes.push(`its programs were copied to ${dirname(binFolder)} because others cannot pass ${closedPrograms}`)
  }
  let dataDir = wanted
  if (closedData !== undefined) {
    dataDir = join(own, 'pgdata')
    notes.push(`its data is kept in ${dataDir} because others cannot pass ${closedData}`)
  }
  return { binFolder, dataDir, note: `PostgreSQL does not run as root but as nobody: ${notes.join('; ')}` }
}

async function readState(dataDir: string): Promise<'absent' | { major: string; uid: number }> {
  try {
    const entries = await readdir(dataDir)
    if (entries.length === 0) return 'absent'
    const major = (await readIfThere(join(dataDir, 'PG_VERSION')))?.trim()
    if (major !== undefined) return { major, uid: (await stat(dataDir)).uid }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return 'absent'
    throw componentErrors.error('FD_POSTGRES_DATA', {
      message: `the data directory cannot be read (${code})`,
      where: dataDir,
      next: 'an earlier run as root may have given it to the user nobody: run as root again, or remove it',
      cause: error,
    })
  }
  throw componentErrors.error('FD_POSTGRES_DATA', {
    message: 'the folder holds something else than PostgreSQL data',
    where: dataDir,
    expected: 'no such folder, an empty one, or one with a file PG_VERSION',
  })
}

function refuseOtherVersion(major: string, version: string, dataDir: string): void {
  const ours = version.split('.')[0] ?? version
  if (major === ours) return
  throw componentErrors.error('FD_POSTGRES_VERSION', {
    message: `the data directory was written by PostgreSQL ${major}, the server found is ${version}`,
    where: dataDir,
    expected: `PostgreSQL ${major}`,
    given: version,
    next: `set FIREDRILL_POSTGRES to the postgres program of version ${major}, or remove the folder to start with no data`,
  })
}

/** Makes an existing data directory belong to the user who will run the server. */
async function adopt(dataDir: string, owner: number, account: Account | undefined): Promise<void> {
  if (account !== undefined) {
    if (owner !== account.uid) await giveTo(account, dataDir)
    return
  }
  const own = process.getuid?.()
  if (own === undefined || owner === own) return
  throw componentErrors.error('FD_POSTGRES_DATA', {
    message: `the data directory belongs to another user (uid ${owner})`,
    where: dataDir,
    next: `sudo chown -R ${own} ${dataDir}, or remove it`,
  })
}
