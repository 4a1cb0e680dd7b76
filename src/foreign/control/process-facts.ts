import { readFileSync, readlinkSync, realpathSync } from 'node:fs'
import { basename, isAbsolute } from 'node:path'
import { ownerOf, statOf } from '../../base/system/process.ts'
import type { ProcessFacts } from '../file/foreign-system.ts'

/** What a process is, besides its pid: a port or a pid file may lead to another program than the one that is described. */

/** Why that process is not the one that is described; `undefined` when it is, or has ended meanwhile. */
export function whyAnother(pid: number, wanted: ProcessFacts): string | undefined {
  if (process.platform !== 'linux') return 'only Linux shows what a process is, and its description demands that'
  const found = factsOf(pid)
  if (found === undefined) return undefined
  const { program, user, folder } = wanted
  const wrong = [
    ...(program === undefined || isProgram(program, found) ? [] : [`its program is ${found.program}, not ${program}`]),
    ...(user === undefined || isUser(user, found) ? [] : [`its user is ${userText(found)}, not ${user}`]),
    ...(folder === undefined || found.folder === realPath(folder)
      ? []
      : [`its working folder is ${found.folder ?? 'not shown to this user'}, not ${folder}`]),
  ]
  return wrong.length === 0 ? undefined : wrong.join('; ')
}

/** What identifies a process, in the form of a description: what `is` must have for it. */
export function identifyingFacts(pid: number): ProcessFacts | undefined {
  const found = process.platform === 'linux' ? factsOf(pid) : undefined
  if (found === undefined) return undefined
  const { program, uid, userName, folder } = found
  return { program, user: userName ?? uid, ...(folder === undefined ? {} : { folder }) }
}

/** What is reported of a process that is not the one that is described. */
export const ANOTHER_PROGRAM = 'is another program than the description says'

interface Found {
  /** Name of its executable, or, where that is not shown, of what it was started as. */
  program: string
  /** All that it can be called by. */
  names: readonly string[]
  executable: string | undefined
  uid: number
  userName: string | undefined
  folder: string | undefined
}

/** `undefined` when it has ended. */
function factsOf(pid: number): Found | undefined {
  const uid = ownerOf(pid)
  const name = statOf(pid)?.name
  if (uid === undefined || name === undefined) return undefined
  // The executable may have been replaced since it was started.
  const executable = linkOf(pid, 'exe')?.replace(/ \(deleted\)$/, '')
  const [first = ''] = (textOf(`/proc/${pid}/cmdline`) ?? '').split('\0')
  const names = [executable, first].flatMap((path) => (path === undefined || path === '' ? [] : [basename(path)]))
  const [program = name] = names
  return { program, names: [...names, name], executable, uid, userName: nameOf(uid), folder: linkOf(pid, 'cwd') }
}

function isProgram(wanted: string, { names, executable }: Found): boolean {
  if (!isAbsolute(wanted)) return names.includes(wanted)
  return executable !== undefined && (executable === wanted || executable === realPath(wanted))
}

function isUser(wanted: string | number, { uid, userName }: Found): boolean {
  return typeof wanted === 'number' ? wanted === uid : wanted === userName || wanted === String(uid)
}

function userText({ uid, userName }: Found): string {
  return userName === undefined ? String(uid) : `${userName} (${uid})`
}

/** The name of a user of this machine; `undefined` for one of a directory service. */
function nameOf(uid: number): string | undefined {
  const line = (textOf('/etc/passwd') ?? '').split('\n').find((entry) => entry.split(':')[2] === String(uid))
  return line?.split(':')[0]
}

/** `undefined` where this user may not see it. */
function linkOf(pid: number, name: 'exe' | 'cwd'): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/${name}`)
  } catch {
    return undefined
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}
