import { Mirror } from '../../../base/files/mirror.ts'
import { identify, isSame, type ProcessIdentity, signalProcess } from '../../../base/system/process.ts'
import { Troubles } from '../../../base/system/troubles.ts'
import { done, notYet, waitUntil } from '../../../base/wait.ts'
import { isMarked } from '../state/mark.ts'
import { SteadyFile } from '../state/steady-file.ts'

/** The list of a stack's processes on disk. */

interface Entry extends ProcessIdentity {
  name: string
}

/**
 * Which processes a stack has started, on disk, so that the next start can end what a killed control process left behind.
 * A pid is trusted only together with its start time, and the process only when it has the stack's mark: the file may contain
 * anything. Errors of the disk are never thrown: it is called where a child has ended, and the supervisor must go on.
 */
export class ProcessLedger {
  readonly #file: SteadyFile
  readonly #mirror: Mirror
  #entries: Entry[] = []

  /** @param troubles Record that the ledger cannot be written. Default: nothing is recorded. */
  constructor(path: string, troubles = new Troubles()) {
    this.#file = new SteadyFile(path)
    // Synchronous: where the disk allows, the entry is there before anything else happens to the process.
    this.#mirror = new Mirror(path, () => this.#file.write(JSON.stringify(this.#entries, null, 2)), { troubles })
  }

  add(name: string, pid: number): void {
    const identity = identify(pid)
    if (identity === undefined) return
    this.#entries.push({ name, ...identity })
    void this.#mirror.write()
  }

  remove(pid: number): void {
    this.#entries = this.#entries.filter((entry) => entry.pid !== pid)
    void this.#mirror.write()
  }

  /** Ends processes that an earlier run of the stack of this id left. Returns their names. */
  async endLeftovers(stackId: string): Promise<string[]> {
    const leftovers = this.#read().filter((entry) => isSame(entry) && isMarked(entry.pid, stackId))
    for (const { pid } of leftovers) signalGroup(pid, 'SIGKILL')
    await waitUntil(
      async () => {
        const alive = leftovers.filter(isSame)
        return alive.length === 0 ? done(undefined) : notYet(`still alive: ${alive.map((one) => one.name).join(', ')}`)
      },
      { what: 'what an earlier stack left running to end', timeoutMs: 5_000, intervalMs: 20 },
    )
    this.#entries = []
    void this.#mirror.write()
    return leftovers.map((one) => one.name)
  }

  /** After this nothing is written. */
  close(): void {
    this.#mirror.close()
    this.#file.close()
  }

  #read(): Entry[] {
    return (
      this.#file.read((text) => {
        const entries: unknown = JSON.parse(text)
        if (!Array.isArray(entries)) throw new TypeError('no list')
        return entries.filter(isEntry)
      }) ?? []
    )
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
