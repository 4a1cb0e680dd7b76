import type { JournalView } from '../../../../src/api/contract/drills/drills.ts'
import type { RunView } from '../../../../src/api/contract/drills/runs.ts'

/** A run as its page shows it: the same fields of one that is under way and of one that has ended. */
export interface Story extends Shared {
  /** Name, title and file of the drill. */
  drill: { name: string; title: string; why: string; file: string }
  /** null while it is under way. */
  verdict: JournalView['verdict'] | null
  isUnderWay: boolean
  startedAtMs: number
  /** The last moment that is shown: now, while it is under way. Epoch milliseconds. */
  untilMs: number
  /** Zero of all that counts from the injection; null before anything was done. */
  zeroMs: number | null
  /** What zero is, in words: a drill may do nothing but put load on the system. */
  zeroName: 'injection' | 'begin'
  load: RunView['load'] | JournalView['load']
  /** When the users' first request failed, and the last one. */
  felt: JournalView['felt']
  machine: JournalView['machine']
  incidents: JournalView['incidents']
  carriedAlerts: JournalView['carriedAlerts']
  /** All of it, once it has ended. */
  journal?: JournalView
}

type Shared = Pick<
  JournalView,
  | 'reasons'
  | 'floor'
  | 'stages'
  | 'expectations'
  | 'steps'
  | 'faults'
  | 'series'
  | 'profile'
  | 'runtime'
  | 'seed'
  | 'parameters'
>

export type Stage = Story['stages'][number]
export type Expectation = Story['expectations'][number]
export type Floor = NonNullable<Story['floor']>

/** The moment from which times of a run are shown, in epoch milliseconds. */
export function originOf({ zeroMs, startedAtMs }: Pick<Story, 'zeroMs' | 'startedAtMs'>): number {
  return zeroMs ?? startedAtMs
}

/** When a stage was reached, in epoch milliseconds. */
export function reachedAt(stages: Story['stages'], name: Stage['name']): number | null {
  return stages.find((stage) => stage.name === name)?.atMs ?? null
}
