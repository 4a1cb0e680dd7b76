import type { OpenPlan } from '../plan.ts'
import type { Driver, DriverContext } from './closed.ts'
import { makePacing } from './pacing.ts'
import type { VirtualUser } from './virtual-user.ts'

/** Users that are there before the first task is due: enough for a tenth of a second of the highest rate. */
const READY_SECONDS = 0.1
/**
 * Timers fire up to a millisecond late. A task is sent up to half of that before it is due rather than all of it after; what
 * is sent early is timed from its sending.
 */
const EARLY_MS = 0.5

/**
 * The open model: tasks are due at their time, whether or not the ones before are done. A task counts from when it was due,
 * so that a system that stands still is felt by everyone who would have come in that time.
 */
export function driveOpen<State>(plan: OpenPlan, context: DriverContext<State>): Driver {
  const { population, pauses, lateness, share, stopping } = context
  const pacing = makePacing(plan)
  const maxUsers = Math.max(1, Math.floor(plan.maxUsers / share.of))
  const idle: VirtualUser<State>[] = []
  const everyone: VirtualUser<State>[] = []
  const underWay = new Set<Promise<void>>()
  let newcomers = 0
  let startMs = 0
  /** Number of this share's next task. */
  let next = share.part
  const dueMs = () => startMs + pacing.timeOf(next)

  function begin(user: VirtualUser<State>): void {
    user.dueMs = dueMs()
    next += share.of
    const task = work(user).finally(() => underWay.delete(task))
    underWay.add(task)
  }

  async function work(user: VirtualUser<State>): Promise<void> {
    await population.work(user)
    user.dueMs = undefined
    free(user)
  }

  /** Hands a user the task that waits for one, or lets it rest. */
  function free(user: VirtualUser<State>): void {
    if (!stopping.aborted && startMs > 0 && dueMs() <= performance.now()) begin(user)
    else idle.push(user)
  }

  async function invite(): Promise<void> {
    newcomers += 1
    const user = await population.welcome(share.part + everyone.length * share.of)
    everyone.push(user)
    newcomers -= 1
    free(user)
  }

  async function schedule(): Promise<void> {
    while (!stopping.aborted && next < pacing.total) {
      const nowMs = performance.now()
      while (dueMs() <= nowMs + EARLY_MS) {
        const user = idle.pop()
        if (user === undefined) break
        // Only those that a user was there for: the others wait for the system, not for the generator.
        lateness.record(Math.max(0, nowMs - dueMs()) * 1_000)
        begin(user)
      }
      if (next >= pacing.total) return
      const waiting = dueMs() <= nowMs
      const wanted = waiting ? Math.ceil((pacing.dueBy(nowMs - startMs) - next) / share.of) : 0
      for (let n = newcomers; n < wanted && everyone.length + newcomers < maxUsers; n += 1) track(invite())
      await pauses.sleep(waiting ? 1 : Math.max(1, Math.floor(dueMs() - nowMs)))
    }
  }

  function track(promise: Promise<void>): void {
    const tracked = promise.finally(() => underWay.delete(tracked))
    underWay.add(tracked)
  }

  async function run(): Promise<void> {
    await schedule()
    while (underWay.size > 0) await Promise.all(underWay)
    await Promise.all(everyone.map((user) => population.farewell(user)))
  }

  const ready = Math.min(maxUsers, Math.max(1, Math.ceil((plan.ratePerSecond * READY_SECONDS) / share.of)))
  const started = Promise.all(Array.from({ length: ready }, () => invite())).then(() => {
    startMs = performance.now()
  })
  return { started, ended: started.then(run) }
}
