import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs'
import { identify, type ProcessIdentity } from '../../base/system/process.ts'
import type { ForeignProcess } from '../file/foreign-system.ts'
import { startedAtMs } from './process-start.ts'

/** How a foreign process is found: by pid file or by port. */

/** How much later than its pid file a process may seem to have begun, in milliseconds: two clocks with their rounding. */
const LATER_MS = 2_000

/** The process of a pid file or a port; `undefined` when there is none. Never this process, and never pid 1. */
export function findProcess(known: ForeignProcess['known']): ProcessIdentity | undefined {
  const pid = known.by === 'pidFile' ? pidIn(known.path) : listenerOn(known.port)
  if (pid === undefined || pid <= 1 || pid === process.pid) return undefined
  const found = identify(pid)
  if (found === undefined || known.by === 'port') return found
  // Since then another process has got that pid.
  const begunAtMs = startedAtMs(pid)
  return begunAtMs !== undefined && begunAtMs > statSync(known.path).mtimeMs + LATER_MS ? undefined : found
}

function pidIn(path: string): number | undefined {
  try {
    // Reading a pipe would block, and a device never ends.
    if (!statSync(path).isFile()) return undefined
    const pid = Number.parseInt(readFileSync(path, 'utf8'), 10)
    return Number.isSafeInteger(pid) ? pid : undefined
  } catch {
    return undefined
  }
}

/** State of a listening socket in /proc/net/tcp. Linux, include/net/tcp_states.h. */
const LISTENING = '0A'

/** The process that listens on a TCP port. Linux only, and only processes that this user may inspect. */
function listenerOn(port: number): number | undefined {
  if (process.platform !== 'linux') return undefined
  const sockets = new Set(['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) => listeningSockets(table, port)))
  if (sockets.size === 0) return undefined
  const holders = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => holdsOne(pid, sockets))
  // Of processes that share the socket, the parent of the others.
  return holders.sort((a, b) => (startedAtMs(a) ?? 0) - (startedAtMs(b) ?? 0) || a - b)[0]
}

/** Inodes of the sockets that listen on that port, as links in /proc name them. */
function listeningSockets(table: string, port: number): string[] {
  let text: string
  try {
    text = readFileSync(table, 'utf8')
  } catch {
    return []
  }
  return text
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/)
      return state === LISTENING && Number.parseInt(local.split(':')[1] ?? '', 16) === port ? [`socket:[${inode}]`] : []
    })
}

function holdsOne(pid: number, sockets: ReadonlySet<string>): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => {
      try {
        return sockets.has(readlinkSync(`/proc/${pid}/fd/${fd}`))
      } catch {
        return false
      }
    })
  } catch {
    return false
  }
}
