import { readdirSync, readFileSync, statSync } from 'node:fs'

/** Identifies one process for good: pids are reused, a pid with its start time since boot is not. */
export interface ProcessIdentity {
  pid: number
  /** Kernel boot id and start tick on Linux; empty where the system does not show them. */
  startedAt: string
}

/** The identity of a living process; `undefined` when it has ended (a zombie has). */
export function identify(pid: number): ProcessIdentity | undefined {
  if (process.platform !== 'linux') return isAlive(pid) ? { pid, startedAt: '' } : undefined
  const fields = fieldsOf(pid)
  if (fields === undefined || fields[0] === 'Z' || fields[0] === 'X') return undefined
  return { pid, startedAt: `${bootId()}:${fields[19]}` }
}

/** What /proc/PID/stat contains: state is the 1st of the fields, its parent's pid the 2nd, its start time the 20th. */
export function statOf(pid: number): { name: string; fields: string[] } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name is in parentheses and may hold anything.
    const end = stat.lastIndexOf(')')
    return { name: stat.slice(stat.indexOf('(') + 1, end), fields: stat.slice(end + 2).split(' ') }
  } catch {
    return undefined
  }
}

function fieldsOf(pid: number): string[] | undefined {
  return statOf(pid)?.fields
}

/** The pids of all living processes that can be seen. Linux only; empty elsewhere. */
export function allPids(): number[] {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []))
}

/** Every living process that descends from `pid`, parents before their children. Linux only; empty elsewhere. */
export function descendantsOf(pid: number): number[] {
  const children = new Map<number, number[]>()
  for (const one of allPids()) {
    const parent = Number(fieldsOf(one)?.[1])
    if (Number.isInteger(parent)) children.set(parent, [...(children.get(parent) ?? []), one])
  }
  const found = [pid]
  for (const one of found) found.push(...(children.get(one) ?? []))
  return found.slice(1)
}

/** Number of the user that a process belongs to; `undefined` when it has ended, or where the system does not show it. */
export function ownerOf(pid: number): number | undefined {
  try {
    return process.platform === 'linux' ? statSync(`/proc/${pid}`).uid : undefined
  } catch {
    return undefined
  }
}

/** Whether exactly this process still runs. */
export function isSame(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.startedAt === identity.startedAt
}

/**
 * Whether a process is frozen, as after SIGSTOP. Where the system does not show it (anywhere but Linux) the signal is trusted
 * to have worked.
 */
export function isHalted(pid: number): boolean {
  if (process.platform !== 'linux') return isAlive(pid)
  return fieldsOf(pid)?.[0] === 'T'
}

/** Sends a signal; false when the process (group) is gone. */
export function signalProcess(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
    throw error
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

let cachedBootId: string | undefined
function bootId(): string {
  cachedBootId ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  return cachedBootId
}
