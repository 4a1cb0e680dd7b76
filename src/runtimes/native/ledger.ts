import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { identify, isSame, type ProcessIdentity, signalProcess } from '../../base/process.ts'
import { done, notYet, waitUntil } from '../../base/wait.ts'

interface Entry extends ProcessIdentity {
  name: string
}

/**
 * Which processes a stack has started, on disk, so that the next start can end what a killed control process left behind.
 * A pid is believed only together with its start time.
 */
export class ProcessLedger {
  readonly #path: string
  #entries: Entry[] = []

  constructor(path: string) {
    this.#path = path
  }

  add(name: string, pid: number): void {
    const identity = identify(pid)
    if (identity === undefined) return
    this.#entries.push({ name, ...identity })
    this.#write()
  }

  remove(pid: number): void {
    this.#entries = this.#entries.filter((entry) => entry.pid !== pid)
    this.#write()
  }

  /** Ends what an earlier stack left running. Returns the names of what had to be ended. */
  async endLeftovers(): Promise<string[]> {
    const leftovers = this.#read().filter(isSame)
    for (const { pid } of leftovers) signalGroup(pid, 'SIGKILL')
    await waitUntil(
      async () => {
        const alive = leftovers.filter(isSame)
        return alive.length === 0 ? done(undefined) : notYet(`still alive: ${alive.map((one) => one.name).join(', ')}`)
      },
      { what: 'what an earlier stack left running to end', timeoutMs: 5_000, intervalMs: 20 },
    )
    this.#entries = []
    this.#write()
    return leftovers.map((one) => one.name)
  }

  #read(): Entry[] {
    try {
      const entries: unknown = JSON.parse(readFileSync(this.#path, 'utf8'))
      return Array.isArray(entries) ? entries.filter(isEntry) : []
    } catch {
      return []
    }
  }

  // Synchronous: the entry must be on disk before anything else happens to the process.
  #write(): void {
    mkdirSync(dirname(this.#path), { recursive: true })
    const temporary = `${this.#path}.tmp`
    writeFileSync(temporary, JSON.stringify(this.#entries, null, 2))
    renameSync(temporary, this.#path)
  }
}

function isEntry(value: unknown): value is Entry {
  if (typeof value !== 'object' || value === null) return false
  const entry = value as Partial<Entry>
  return (
    Number.isInteger(entry.pid) &&
    (entry.pid ?? 0) > 1 &&
    typeof entry.startedAt === 'string' &&
    typeof entry.name === 'string'
  )
}

/** Signals a process and all it started; each part is started as the leader of a process group of its own. */
export function signalGroup(pid: number, signal: NodeJS.Signals): boolean {
  return signalProcess(-pid, signal)
}
