import { sleep } from '../../base/wait.ts'
import type { EndpointCounts } from '../figures/client-counts.ts'
import type { Saturation } from '../figures/load-summary.ts'
import type { Recorder } from '../figures/recorder.ts'
import { type Interval, Tally } from '../figures/tally.ts'
import { Network, type NetworkOptions } from '../http/network.ts'
import { originOf } from '../http/origin.ts'
import type { Journey } from '../journey/journey.ts'
import { readThink } from '../journey/think.ts'
import type { Plan, Share } from '../plan.ts'
import { type GeneratorReading, SaturationWatch } from '../saturation/saturation.ts'
import { driveClosed } from './closed.ts'
import type { Driver } from './driver.ts'
import { driveOpen } from './open.ts'
import { Pauses } from './pauses.ts'
import { Population } from './population.ts'
import type { EngineContext } from './virtual-user.ts'

/** One thread's part of a load: users, their network and their figures. */

/** Starts one thread's part of a load in this thread. */
export function startEngine(options: EngineOptions): Engine {
  const { journey, origins, plan, share, seed, run, timeoutMs, graceMs, recorder, live } = options
  const network = new Network(options.network)
  const pauses = new Pauses()
  const tally = new Tally()
  const counted = { tally, recorder, live }
  const engineContext: EngineContext = { ...counted, network, pauses, timeoutMs, abandoned: false, unfinished: 0 }
  const saturation = new SaturationWatch()
  const stopping = new AbortController()
  const population = new Population({
    journey,
    origins: origins.map((origin) => originOf(new URL(origin))),
    context: engineContext,
    seed,
    run,
  })
  const context = { population, pauses, lateness: saturation.lateness, share, stopping: stopping.signal }
  const think = readThink(journey.think) ?? { minMs: 0, maxMs: 0 }
  const driver: Driver = plan.model === 'closed' ? driveClosed(plan, think, context) : driveOpen(plan, context)
  const allRunning = driver.started.then(() => {
    if (!stopping.signal.aborted) saturation.start()
  })

  let stopped: Promise<void> | undefined
  async function stopOnce(): Promise<void> {
    stopping.abort()
    pauses.end()
    saturation.stop()
    await bounded(driver.ended, graceMs)
    engineContext.abandoned = true
    network.close()
    await driver.ended
  }
  const stop = () => {
    stopped ??= stopOnce()
    return stopped
  }

  return {
    allRunning,
    ended: driver.ended.then(stop),
    users: () => population.alive,
    saturation: () => saturation.judge(),
    report: () => ({
      ...tally.flush(),
      users: population.alive,
      connections: network.connections.size,
      unfinished: engineContext.unfinished,
      generator: saturation.read(),
    }),
    counts: () => tally.counts(),
    thrown: () => tally.thrown(),
    stop,
  }
}

/** Waits for `work`, but at most `ms` milliseconds. */
async function bounded(work: Promise<unknown>, ms: number): Promise<void> {
  const bound = new AbortController()
  await Promise.race([work, sleep(ms, bound.signal).catch(() => undefined)])
  bound.abort()
}

export interface EngineOptions {
  journey: Journey<unknown>
  /** One origin for each replica; users are spread over them. */
  origins: readonly [string, ...string[]]
  plan: Plan
  share: Share
  seed: number
  /** Part of the ids of this run's users. */
  run: string
  /** Bound of one request, in milliseconds. */
  timeoutMs: number
  /** Longest wait, in milliseconds, for tasks under way and for the users' cleaning up when the load is stopped. */
  graceMs: number
  network: NetworkOptions
  recorder?: Recorder | undefined
  /** Counts everything as well, for those who watch the load in this thread. */
  live?: Tally | undefined
}

/** What an engine reports: counts since the last report, and the state at this moment. */
export interface EngineReport extends Interval {
  users: number
  connections: number
  /** Requests that were cut off because the run ended, so far. */
  unfinished: number
  generator: GeneratorReading
}

/** One thread's part of a load. */
export interface Engine {
  /** Resolves when all users run, or the load was stopped before. */
  readonly allRunning: Promise<void>
  /** Resolves when all is done: in the open model, and after `stop`. */
  readonly ended: Promise<void>
  users(): number
  saturation(): Saturation
  report(): EngineReport
  /** How the requests since the last report ended, by endpoint. */
  counts(): EndpointCounts[]
  /** Errors that the journey's own code has thrown since the last report, by message. */
  thrown(): Readonly<Record<string, number>>
  /** Lets every user finish its task and clean up, within bounds. Safe to call twice. */
  stop(): Promise<void>
}
