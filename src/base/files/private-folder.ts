import { createHash } from 'node:crypto'
import { lstatSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { atExit } from '../system/at-exit.ts'
import { identify } from '../system/process.ts'

/** Temporary folders of this user alone. */

/**
 * Makes a temporary folder that only this user can enter. It is removed when this process exits, if not before; one whose process was
 * killed is removed by the next process that makes one.
 */
export function makePrivateFolder(purpose: string, parent = tmpdir()): PrivateFolder {
  removeAbandoned(parent)
  const path = mkdtempSync(join(parent, privatePrefix(purpose)))
  const remove = () => rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  const forget = atExit(remove)
  return {
    path,
    remove: () => {
      forget()
      remove()
    },
  }
}

export interface PrivateFolder {
  readonly path: string
  /** Removes it with all that is in it. Safe to call twice. */
  remove(): void
}

/** Begins the name of such a folder of a process that runs: pid, where that pid counts, and when the process began. */
export function privatePrefix(purpose: string, pid = process.pid): string {
  return `firedrill-${purpose}-${pid}-${scope()}-${startOf(pid)}-`
}

const NAME = /^firedrill-[a-z]+-(\d+)-([0-9a-f]{8})-([0-9a-f]{8})-[^-]{6}$/

function removeAbandoned(parent: string): void {
  for (const name of readdirSync(parent)) {
    const [, pid, place, start] = NAME.exec(name) ?? []
    // Of another container, or machine, that shares this folder: its pids are not known here.
    if (pid === undefined || place !== scope() || startOf(Number(pid)) === start) continue
    const path = join(parent, name)
    try {
      if (lstatSync(path).uid === process.getuid?.()) rmSync(path, { recursive: true, force: true })
    } catch {
      // Another process removes it at this moment; what cannot be removed does no harm.
    }
  }
}

/** When a process began; `undefined` once it has ended. */
function startOf(pid: number): string | undefined {
  const identity = identify(pid)
  return identity && short(identity.startedAt)
}

/** Where pids mean the same as here. */
function scope(): string {
  let pids = ''
  try {
    pids = readlinkSync('/proc/self/ns/pid')
  } catch {
    // Only Linux has them.
  }
  return short(`${hostname()} ${pids}`)
}

function short(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8)
}
