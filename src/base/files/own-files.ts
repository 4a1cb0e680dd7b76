import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync, type Stats } from 'node:fs'
import { errorTable } from '../errors.ts'

export const fileErrors = errorTable({
  FD_FILE_NOT_OURS: {
    meaning: "A file or folder that must be one's own belongs to another user, or others may write to it",
    exit: 'usage',
  },
  FD_FILE_NOT_PLAIN: {
    meaning: 'What must be an ordinary file is a link, a pipe or a folder, or cannot be opened',
    exit: 'usage',
  },
})

/** What helps where a file is not to be believed, besides mending it. */
export interface Remedy {
  /** How another one is named, in a few words. */
  another: string
  /** How a secret that others could read is replaced. */
  renew: string
}

/** Of the files of a state folder. */
export const IN_STATE: Remedy = {
  another: '--state FOLDER names another state folder',
  renew: 'firedrill down --purge for new ones',
}

/** Who asks. Without users (Windows) everything is one's own. */
export interface User {
  uid: number
  gid: number
}

export function thisUser(): User | undefined {
  const [uid, gid] = [process.geteuid?.(), process.getegid?.()]
  return uid === undefined || gid === undefined ? undefined : { uid, gid }
}

/** What of a file's facts decides whether it is believed. */
export type Owned = Pick<Stats, 'uid' | 'gid' | 'mode'>

/**
 * Whether somebody else may write there. A group whose number is the user's is the user's alone, as most systems make them, with a
 * umask of 002 beside it.
 */
export function othersMayWrite({ gid, mode }: Owned, me = thisUser()): boolean {
  if (me === undefined) return false
  return (mode & 0o002) !== 0 || ((mode & 0o020) !== 0 && !(gid === me.gid && me.gid === me.uid))
}

/**
 * Why a file or folder is not to be believed, and how that is mended; `undefined` when it is this user's own and nobody else may
 * write to it, as ssh asks of its files. `orRoots`: also what root has put there.
 */
export function distrust(
  stat: Owned,
  { me = thisUser(), orRoots = false }: { me?: User | undefined; orRoots?: boolean } = {},
): { problem: string; mend: (path: string, another?: string) => string } | undefined {
  if (me === undefined) return undefined
  if (stat.uid !== me.uid && !(orRoots && stat.uid === 0)) {
    return {
      problem: `it belongs to another user (uid ${stat.uid})`,
      mend: (_, another = 'name another one') => `${another}, or work as that user`,
    }
  }
  if (othersMayWrite(stat, me)) {
    return {
      problem: `other users may write to it (mode ${(stat.mode & 0o7777).toString(8).padStart(4, '0')})`,
      mend: (path, another) => {
        const mended = `look at what is in it, then: chmod go-w ${quoted(path)}`
        return another === undefined ? mended : `${mended}; or ${another}`
      },
    }
  }
  return undefined
}

/** @throws FD_FILE_NOT_OURS */
export function refuseForeign(path: string, stat: Owned, { me = thisUser(), remedy }: Asking = {}): void {
  const why = distrust(stat, { me })
  if (why === undefined) return
  throw fileErrors.error('FD_FILE_NOT_OURS', {
    message: `not used: ${why.problem}`,
    where: path,
    expected: `what only user ${me?.uid} may write to`,
    next: why.mend(path, remedy?.another),
  })
}

interface Asking {
  me?: User | undefined
  remedy?: Remedy | undefined
}

/**
 * Reads a small text file that only this user may write to; `undefined` when it does not exist. A symbolic link is not followed, and a
 * pipe does not hold anybody up. `secret`: others may not read it either.
 * @throws FD_FILE_NOT_OURS, FD_FILE_NOT_PLAIN
 */
export function readOwnFile(
  path: string,
  { secret = false, me = thisUser(), remedy }: Asking & { secret?: boolean } = {},
): string | undefined {
  const unreadable = (message: string, cause?: unknown) => notPlain(path, message, { remedy, cause })
  let file: number
  try {
    file = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return undefined
    throw unreadable(isLink(path) ? 'it is a symbolic link' : `it cannot be opened (${code})`, error)
  }
  try {
    const stat = fstatSync(file)
    if (!stat.isFile()) throw unreadable('it is no file')
    refuseForeign(path, stat, { me, remedy })
    if (secret && me !== undefined && (stat.mode & 0o077) !== 0) {
      throw fileErrors.error('FD_FILE_NOT_OURS', {
        message: 'not used: other users may read this secret',
        where: path,
        expected: 'mode 0600',
        given: `mode ${(stat.mode & 0o7777).toString(8).padStart(4, '0')}`,
        next: `who could read it knows it: ${remedy?.renew ?? 'get a new one'}; or chmod 600 ${quoted(path)}`,
      })
    }
    return readFileSync(file, 'utf8')
  } finally {
    closeSync(file)
  }
}

function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink()
  } catch {
    return false
  }
}

function notPlain(path: string, message: string, { remedy, cause }: Pick<Asking, 'remedy'> & { cause: unknown }) {
  const next = remedy === undefined ? {} : { next: remedy.another }
  return fileErrors.error('FD_FILE_NOT_PLAIN', { message, where: path, expected: 'an ordinary file', ...next, cause })
}

/** A path as it can be typed into a shell. */
export function quoted(path: string): string {
  return /^[\w./~+@%:,-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`
}
