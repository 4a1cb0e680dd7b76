import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Holder } from '../../base/turn.ts'
import { pollFor } from '../../base/wait.ts'
import { readSystem } from '../../foreign/file/system-file.ts'
import { systemLevers } from '../../foreign/system-levers.ts'
import { holderOf } from '../../foreign/system-turn.ts'
import type { Halted } from '../../runtimes/native/state/lever.ts'

/**
 * Halts a foreign system: every run of this user on it, in any state folder. First the file, which blocks and which each run
 * and its guardian watch; then it waits until the run that is under way has ended.
 * @throws FD_FOREIGN_NOT_FOUND, FD_FOREIGN_INVALID, FD_HALT_NOT_DURABLE
 */
export async function haltSystem(file: string, why: string): Promise<SystemHalt> {
  const startedMs = performance.now()
  const system = await readSystem(file)
  const before = await holderOf(system)
  let halted: Halted = { sinceMs: Date.now(), why }
  for (const lever of systemLevers(system)) {
    await mkdir(dirname(lever.path), { recursive: true, mode: 0o700 }).catch(() => undefined)
    halted = await lever.pull(why)
  }
  // One that began before it could see the file.
  const run = before ?? (await holderOf(system))
  const look = async () => run !== undefined && isSame(await holderOf(system), run)
  const lives = await pollFor(look, { until: (held) => !held, timeoutMs: END_MS, intervalMs: LOOK_EVERY_MS })
  const tookMs = Math.round(performance.now() - startedMs)
  return {
    system: system.name,
    halted,
    run: run === undefined ? null : { ...run, how: lives ? 'lives' : 'ended' },
    tookMs,
  }
}

/** Ends the halt of a foreign system; `null` when there was none. */
export async function releaseSystem(file: string): Promise<Halted | null> {
  let was: Halted | undefined
  for (const lever of systemLevers(await readSystem(file))) was = (await lever.release()) ?? was
  return was ?? null
}

export interface SystemHalt {
  /** Its name, by its description. */
  system: string
  halted: Halted
  /** The run that was under way; null when there was none. `lives`: it has not ended, and its guardian has undone its faults. */
  run: (Holder & { how: 'ended' | 'lives' }) | null
  tookMs: number
}

/** A run puts the system back as it was before it ends. Milliseconds. */
const END_MS = 20_000
const LOOK_EVERY_MS = 50

function isSame(one: Holder | undefined, other: Holder): boolean {
  return one?.pid === other.pid && one.sinceMs === other.sinceMs
}
