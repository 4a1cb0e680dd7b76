import type { Histogram } from '../figures/histogram.ts'
import type { ClosedPlan, Share } from '../plan.ts'
import type { Pauses } from './pauses.ts'
import type { Population } from './population.ts'
import type { ThinkTime } from './think.ts'

/** How users are driven. `started` resolves when all run or the run was stopped, `ended` when all have left. */
export interface Driver {
  started: Promise<void>
  ended: Promise<void>
}

export interface DriverContext<State> {
  population: Population<State>
  pauses: Pauses
  /** How late the generator itself was, in microseconds. */
  lateness: Histogram
  share: Share
  stopping: AbortSignal
}

/** The closed model: every user works and thinks, in turn, until the run is stopped. */
export function driveClosed<State>(plan: ClosedPlan, think: ThinkTime, context: DriverContext<State>): Driver {
  const { population, pauses, lateness, share, stopping } = context
  const lives: Promise<void>[] = []

  async function live(index: number): Promise<void> {
    const user = await population.welcome(index)
    while (!stopping.aborted) {
      await population.work(user)
      const ms = think.minMs + user.random() * (think.maxMs - think.minMs)
      if (ms > 0 && !stopping.aborted) {
        const wakeMs = performance.now() + ms
        await pauses.sleep(ms)
        if (!stopping.aborted) lateness.record((performance.now() - wakeMs) * 1_000)
      }
    }
    await population.farewell(user)
  }

  async function spawn(): Promise<void> {
    const startMs = performance.now()
    for (let index = share.part; index < plan.users && !stopping.aborted; index += share.of) {
      const waitMs = startMs + (index / plan.spawnRatePerSecond) * 1_000 - performance.now()
      if (waitMs > 0) await pauses.sleep(waitMs)
      if (!stopping.aborted) lives.push(live(index))
    }
  }

  const started = spawn()
  return { started, ended: started.then(async () => void (await Promise.all(lives))) }
}
