import type { PackedJourney } from '../journey/packed-journey.ts'
import type { Share } from '../plan.ts'
import type { ThreadMessage, ThreadOptions } from '../shard/thread-shard.ts'

/** What a coordinator asks of a worker, and what it answers. Both are of one version of Firedrill. */

/**
 * A worker is described, prepared with its part of a load, started at a moment of its own clock, and polled for what its threads
 * report, until all have ended. `release` ends what is left.
 */
export type WorkerCall =
  | { kind: 'describe' }
  | { kind: 'prepare'; load: PreparedLoad }
  | { kind: 'start'; atMs: number }
  /** The events after that number; those up to it have arrived. */
  | { kind: 'poll'; after: number }
  | { kind: 'stop' }
  | { kind: 'release' }

export interface WorkerAnswers {
  describe: WorkerDescription
  prepare: null
  /** By how much the order came too late: 0 when it was in time. */
  start: { lateMs: number }
  poll: { events: NumberedEvent[]; hasMore: boolean }
  stop: null
  release: null
}

export interface WorkerDescription {
  /** Of its machine, for people. */
  host: string
  pid: number
  threads: number
  /** Whether it may load other machines than its own. */
  allowsRemote: boolean
}

/** What one worker carries of a load. */
export interface PreparedLoad {
  /** Who asks, for people: "host, process 7". */
  coordinator: string
  journey: PackedJourney
  /** One a thread. */
  shares: readonly Share[]
  options: Omit<ThreadOptions, 'journey' | 'share'>
}

/** What a thread of a worker reports. `done`: it has ended as it must; no event follows. */
export type WorkerEvent = { thread: number } & (ThreadMessage | { kind: 'done' })

export type NumberedEvent = { number: number } & WorkerEvent

/** Moments at which a worker received a call and answered it, by its own clock: `clockMs()`. */
export interface AnswerTimes {
  receivedAtMs: number
  sentAtMs: number
}

/** Milliseconds since the epoch, as this process saw them at its start: they only rise, by as much as time passes. */
export function clockMs(): number {
  return performance.timeOrigin + performance.now()
}

/** A coordinator that is silent for so long has lost its worker: the worker ends its part of the load, and is free again. */
export const LEASE_MS = 10_000

/** A worker that does not answer for so long is lost. Shorter than the lease: what is given up soon ends. */
export const LOST_MS = 5_000
