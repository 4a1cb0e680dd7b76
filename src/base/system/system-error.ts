import { statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import { defined } from '../defined.ts'
import { errorTable, FiredrillError } from '../errors.ts'
import { quoted } from '../files/own-files.ts'
import { formatBytes } from '../units/bytes.ts'
import { type Lack, lackOf } from './lack.ts'

/**
 * An error of the operating system as one that a person can act on: which file, what the system said, how much is free, what
 * to do. `undefined` when it is no such error.
 * @param near A path on the disk that the error is about when it names no path itself.
 */
export function systemError(error: unknown, near?: string): FiredrillError | undefined {
  if (!(error instanceof Error) || error instanceof FiredrillError) return undefined
  const { code, errno, syscall } = error as NodeJS.ErrnoException
  // A folder that was removed while one stood in it has no path any more.
  const path = syscall === 'uv_cwd' ? '.' : (error as NodeJS.ErrnoException).path
  const lack = lackOf(error)
  const details = { message: error.message, ...defined({ where: path }), cause: error }
  if (lack === 'disk') {
    const place = path === undefined ? near : dirname(path)
    const room = place === undefined ? undefined : roomText(place)
    return systemErrors.error('FD_SYSTEM_DISK', {
      ...details,
      ...defined({ given: room }),
      next: NEXT_ON_FULL_DISK,
    })
  }
  if (lack !== undefined) return systemErrors.error('FD_SYSTEM_LIMIT', { ...details, next: NEXT[lack] })
  // What a disk, its rights or its state can do to any program is never a mistake in Firedrill.
  if (path === undefined || (errno === undefined && code !== 'ERR_FS_EISDIR')) return undefined
  return systemErrors.error('FD_SYSTEM_REFUSED', { ...details, next: `ls -ld ${quoted(path)}` })
}

export const systemErrors = errorTable({
  FD_SYSTEM_DISK: { meaning: 'A disk has no room for what has to be written', http: 507, exit: 'unavailable' },
  FD_SYSTEM_LIMIT: {
    meaning: 'The system gives this process no more files, processes or memory',
    http: 503,
    exit: 'unavailable',
  },
  FD_SYSTEM_REFUSED: {
    meaning: 'The system refused access to a file or a folder, or could not read or write it',
    exit: 'unavailable',
  },
})

export const NEXT_ON_FULL_DISK =
  'make room on that disk (df -h shows it), or name a folder on another one: --state FOLDER'

const NEXT: Record<Exclude<Lack, 'disk'>, string> = {
  descriptors: 'raise the limit (ulimit -n), or close what holds many files or connections open',
  processes: 'raise the limit (ulimit -u), or end what has started many processes',
  memory: 'end what takes much memory',
}

/** "0 B free of 60.0 MiB" of the disk that a path is on; `undefined` where that cannot be asked. */
function roomText(path: string): string | undefined {
  try {
    const { bavail, blocks, bsize } = statfsSync(path)
    return `${formatBytes(bavail * bsize)} free of ${formatBytes(blocks * bsize)}`
  } catch {
    return undefined
  }
}
