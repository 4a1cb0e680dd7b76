import { type OpenPlan, partOf } from '../plan.ts'
import type { Driver, DriverContext } from './driver.ts'
import { makePacing, type Pacing } from './pacing.ts'
import type { VirtualUser } from './virtual-user.ts'

/** The open model: arrivals at a rate. */

/** Users that are started before the first task is due: enough for this many seconds of the highest rate. */
const READY_SECONDS = 0.1
/**
 * Timers fire up to a millisecond late. A task is sent up to half a millisecond before it is due rather than a whole one after; a
 * task that is sent early is timed from its sending.
 */
const EARLY_MS = 0.5

/**
 * The open model: tasks are due at their time, whether or not the ones before are done. A task counts from when it was due,
 * so that a pause of the system counts for everyone who would have come in that time.
 */
export function driveOpen<State>(plan: OpenPlan, context: DriverContext<State>): Driver {
  const driver = new OpenDriver(plan, context)
  const started = driver.start()
  return { started, ended: started.then(() => driver.run()) }
}

class OpenDriver<State> {
  readonly #plan: OpenPlan
  readonly #context: DriverContext<State>
  readonly #pacing: Pacing
  readonly #maxUsers: number
  readonly #users: VirtualUser<State>[] = []
  readonly #idle: VirtualUser<State>[] = []
  /** Tasks, and users that start. */
  readonly #underWay = new Set<Promise<void>>()
  #startingUsers = 0
  /** Users that were ever started: each gets a number of its own. */
  #startedUsers = 0
  #startMs = 0
  /** Number of this share's next task. */
  #next: number

  constructor(plan: OpenPlan, context: DriverContext<State>) {
    this.#plan = plan
    this.#context = context
    this.#pacing = makePacing(plan)
    this.#maxUsers = Math.max(1, partOf(context.share, plan.maxUsers))
    this.#next = context.share.index
  }

  /** Starts the first users. The first task is due when they are there. */
  async start(): Promise<void> {
    const wanted = Math.ceil((this.#plan.ratePerSecond * READY_SECONDS) / this.#context.share.of)
    const count = Math.min(this.#maxUsers, Math.max(1, wanted))
    await Promise.all(Array.from({ length: count }, () => this.#startUser()))
    this.#startMs = performance.now()
  }

  async run(): Promise<void> {
    await this.#schedule()
    while (this.#underWay.size > 0) await Promise.all(this.#underWay)
    await Promise.all(this.#users.map((user) => this.#context.population.removeUser(user)))
  }

  async #schedule(): Promise<void> {
    const { stopping, lateness, pauses, share } = this.#context
    while (!stopping.aborted && this.#next < this.#pacing.total) {
      const nowMs = performance.now()
      while (this.#dueMs() <= nowMs + EARLY_MS) {
        const user = this.#idle.pop()
        if (user === undefined) break
        // Only tasks that found a user: the others wait for the system, not for the generator.
        lateness.record(Math.max(0, nowMs - this.#dueMs()) * 1_000)
        this.#begin(user)
      }
      if (this.#next >= this.#pacing.total) return
      const isWaiting = this.#dueMs() <= nowMs
      if (isWaiting) this.#addUsers(Math.ceil((this.#pacing.dueBy(nowMs - this.#startMs) - this.#next) / share.of))
      await pauses.sleep(isWaiting ? 1 : Math.max(1, Math.floor(this.#dueMs() - nowMs)))
    }
  }

  #dueMs(): number {
    return this.#startMs + this.#pacing.timeOf(this.#next)
  }

  /** Lets a user carry out the next task. */
  #begin(user: VirtualUser<State>): void {
    user.dueMs = this.#dueMs()
    this.#next += this.#context.share.of
    this.#track(this.#runTask(user))
  }

  async #runTask(user: VirtualUser<State>): Promise<void> {
    await this.#context.population.runTask(user)
    user.dueMs = undefined
    this.#release(user)
  }

  /** Gives a user the task that waits for one, or lets it wait. */
  #release(user: VirtualUser<State>): void {
    const isDue = !this.#context.stopping.aborted && this.#startMs > 0 && this.#dueMs() <= performance.now()
    if (isDue) this.#begin(user)
    else this.#idle.push(user)
  }

  #addUsers(wanted: number): void {
    while (this.#startingUsers < wanted && this.#users.length + this.#startingUsers < this.#maxUsers) {
      this.#track(this.#startUser())
    }
  }

  async #startUser(): Promise<void> {
    const { population, share } = this.#context
    this.#startingUsers += 1
    const index = share.index + this.#startedUsers * share.of
    this.#startedUsers += 1
    const user = await population.addUser(index)
    this.#users.push(user)
    this.#startingUsers -= 1
    this.#release(user)
  }

  #track(work: Promise<void>): void {
    const tracked = work.finally(() => this.#underWay.delete(tracked))
    this.#underWay.add(tracked)
  }
}
