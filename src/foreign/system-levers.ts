import { readdir } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { type Halted, Lever } from '../runtimes/native/state/lever.ts'
import type { ForeignSystem } from './file/foreign-system.ts'
import { systemKeys } from './system-turn.ts'

/**
 * The halts of a foreign system, one for each address of its Prometheus: for all runs of this user on this machine, in any state
 * folder. A halt of one state folder would not block a job that has a new one each time.
 */
export function systemLevers(system: Pick<ForeignSystem, 'prometheus'>, env: NodeJS.ProcessEnv = process.env): Lever[] {
  return systemKeys(system).map((key) => new Lever(join(userFolder(env), 'systems', key)))
}

/** The halts of foreign systems that are in force for this user, those of one system with one reason once. */
export async function haltedSystems(env: NodeJS.ProcessEnv = process.env): Promise<Halted[]> {
  const folder = join(userFolder(env), 'systems')
  const keys = await readdir(folder).catch(() => [])
  const halts = keys.slice(0, MOST_SYSTEMS).flatMap((key) => new Lever(join(folder, key)).read() ?? [])
  return [...new Map(halts.map((halt) => [halt.why, halt])).values()]
}

/** That are looked at. */
const MOST_SYSTEMS = 1_000

/** What halts a run: any of several levers. */
export function anyOf(levers: readonly Lever[]): HaltWatch {
  return {
    refuse: () => {
      for (const lever of levers) lever.refuse()
    },
    watch: (onChange) => {
      const stops = levers.map((lever) => lever.watch(onChange))
      return () => {
        for (const stop of stops) stop()
      }
    },
  }
}

export type HaltWatch = Pick<Lever, 'refuse' | 'watch'>

function userFolder(env: NodeJS.ProcessEnv): string {
  if (env.XDG_STATE_HOME?.startsWith('/')) return join(env.XDG_STATE_HOME, 'firedrill')
  return join(env.HOME?.startsWith('/') ? env.HOME : homedir(), '.local', 'state', 'firedrill')
}
