import type { ThinkTime } from '../journey/think.ts'
import type { ClosedPlan } from '../plan.ts'
import type { Driver, DriverContext } from './driver.ts'

/** The closed model: every user runs a task and thinks, in turn, until the run is stopped. */
export function driveClosed<State>(plan: ClosedPlan, think: ThinkTime, context: DriverContext<State>): Driver {
  const { population, pauses, lateness, share, stopping } = context
  const lives: Promise<void>[] = []

  async function live(index: number): Promise<void> {
    const user = await population.addUser(index)
    while (!stopping.aborted) {
      await population.runTask(user)
      const ms = think.minMs + user.random() * (think.maxMs - think.minMs)
      if (ms > 0 && !stopping.aborted) {
        const wakeMs = performance.now() + ms
        await pauses.sleep(ms)
        if (!stopping.aborted) lateness.record((performance.now() - wakeMs) * 1_000)
      }
    }
    await population.removeUser(user)
  }

  async function spawn(): Promise<void> {
    const startMs = performance.now()
    for (let index = share.index; index < plan.users && !stopping.aborted; index += share.of) {
      const waitMs = startMs + (index / plan.spawnRatePerSecond) * 1_000 - performance.now()
      if (waitMs > 0) await pauses.sleep(waitMs)
      if (!stopping.aborted) lives.push(live(index))
    }
  }

  const started = spawn()
  return { started, ended: started.then(async () => void (await Promise.all(lives))) }
}
