import { readdirSync, readlinkSync } from 'node:fs'
import { access, realpath, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { done, notYet, waitUntil } from '../../../../base/wait.ts'
import { componentErrors } from '../errors.ts'

/** The lock file of a PostgreSQL server that was killed. */

/** Sessions of a killed server end by themselves as soon as they notice. */
const GONE_WITHIN_MS = 5_000

/**
 * Removes the lock file that a killed server left behind. PostgreSQL trusts it whenever any process has the pid in it: another
 * program after a reboot, or a zombie, which stays where process 1 does not reap (many containers). We look for processes whose
 * working directory is the data directory instead: that is so for every process of a server.
 * @throws FD_POSTGRES_DATA when a server, or a session of a killed one, still works there.
 */
export async function removeStaleLock(dataDir: string, signal?: AbortSignal): Promise<void> {
  const lock = join(dataDir, 'postmaster.pid')
  if (process.platform !== 'linux' || !(await exists(lock))) return
  const folder = await realpath(dataDir)
  await waitUntil(
    async () => {
      const pids = processesIn(folder)
      return pids.length === 0 ? done(undefined) : notYet(`process ${pids.join(', ')}`)
    },
    { what: 'an earlier PostgreSQL to end', timeoutMs: GONE_WITHIN_MS, intervalMs: 20, signal },
  ).catch((error: unknown) => {
    signal?.throwIfAborted()
    throw componentErrors.error('FD_POSTGRES_DATA', {
      message: 'another PostgreSQL works in this data directory',
      where: dataDir,
      given: `process ${processesIn(folder).join(', ')}`,
      next: 'end it, or name another state folder: --state FOLDER',
      cause: error,
    })
  })
  await rm(lock, { force: true })
}

/** Living processes whose working directory is this folder; a zombie has none. */
function processesIn(folder: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readlinkSync(`/proc/${pid}/cwd`) === folder
      } catch {
        // Ended, a zombie, or another user's: PostgreSQL refuses data that is not its own user's.
        return false
      }
    })
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path)
    return true
  } catch {
    return false
  }
}
