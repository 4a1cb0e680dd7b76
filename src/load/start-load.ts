import { randomBytes } from 'node:crypto'
import { Recorder } from './figures/recorder.ts'
import { Tally } from './figures/tally.ts'
import type { AnyJourney } from './journey/journeys.ts'
import { type Plan, WHOLE } from './plan.ts'
import { type Engine, startEngine } from './users/engine.ts'

/** A load in this thread, for drills. */

/** Longest wait, in milliseconds, for requests under way and for the users' cleaning up when the load is stopped. */
const GRACE_MS = 3_000

/** Starts a load in this thread and keeps every request: drills need the time of each failure. */
export function startLoad(options: LoadOptions): RunningLoad {
  const { journey, origins, seed, timeoutMs = 5_000, signal } = options
  const recorder = new Recorder()
  const live = new Tally()
  const engine = startEngine({
    journey,
    origins,
    plan:
      'plan' in options
        ? options.plan
        : { model: 'closed', users: options.users, spawnRatePerSecond: options.spawnRatePerSecond },
    share: WHOLE,
    seed,
    // Not derived from the seed: two runs with one seed must not find each other's data.
    run: randomBytes(5).toString('hex'),
    timeoutMs,
    graceMs: GRACE_MS,
    // Replicas of the stack, as control lists them: in containers they have addresses of their own.
    network: { allowRemote: true },
    recorder,
    live,
  })
  if (signal?.aborted) void engine.stop()
  else signal?.addEventListener('abort', () => void engine.stop(), { once: true })
  return {
    recorder,
    live,
    allRunning: engine.allRunning,
    users: engine.users,
    saturation: engine.saturation,
    counts: engine.counts,
    thrown: engine.thrown,
    stop: engine.stop,
  }
}

/** With a number of users, or any plan. */
export type LoadOptions = CommonOptions & ({ users: number; spawnRatePerSecond: number } | { plan: Plan })

interface CommonOptions {
  journey: AnyJourney
  /** One origin for each replica of the journey's service; users are spread over them. */
  origins: readonly [string, ...string[]]
  seed: number
  /** Bound of one request, in milliseconds. Default 5000. */
  timeoutMs?: number
  /** Aborting stops the load as `stop` does. */
  signal?: AbortSignal | undefined
}

export interface RunningLoad
  extends Pick<Engine, 'allRunning' | 'users' | 'saturation' | 'counts' | 'thrown' | 'stop'> {
  readonly recorder: Recorder
  /** What was counted since it was last emptied, for those who watch. */
  readonly live: Tally
}
