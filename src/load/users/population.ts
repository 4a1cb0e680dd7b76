import { messageOf } from '../../base/errors.ts'
import { seededRandom } from '../../base/random.ts'
import type { Origin } from '../http/origin.ts'
import type { Journey, Task } from '../journey/journey.ts'
import { type EngineContext, VirtualUser } from './virtual-user.ts'

/** The virtual users of one engine. */

/** Pause of a user whose task threw, in milliseconds: a mistake in a journey must not become a busy loop. */
const AFTER_MISTAKE_MS = 100
/** How many users clean up at the same time when a run ends. */
const LEAVING_AT_ONCE = 50

/** The users of one journey, and the running of its code for them; what that code throws is counted and not passed on. */
export class Population<State> {
  readonly #journey: Journey<State>
  readonly #origins: readonly Origin[]
  readonly #context: EngineContext
  readonly #seed: number
  readonly #run: string
  readonly #totalWeight: number
  #alive = 0
  #leaving = 0
  readonly #waitingToLeave: (() => void)[] = []

  constructor(options: {
    journey: Journey<State>
    origins: readonly Origin[]
    context: EngineContext
    seed: number
    /** Part of the ids of this run's users. */
    run: string
  }) {
    this.#journey = options.journey
    this.#origins = options.origins
    this.#context = options.context
    this.#seed = options.seed
    this.#run = options.run
    this.#totalWeight = options.journey.tasks.reduce((sum, { weight }) => sum + weight, 0)
  }

  /** Users that have started and not ended. */
  get alive(): number {
    return this.#alive
  }

  /** Adds a user, ready for its first task. */
  async addUser(index: number): Promise<VirtualUser<State>> {
    const origin = this.#origins[index % this.#origins.length]
    if (origin === undefined) throw new Error('a load needs an origin')
    this.#alive += 1
    const identity = { id: `${this.#run}-${index}`, index, random: seededRandom(this.#seed + index), origin }
    const user = new VirtualUser<State>(identity, this.#context)
    try {
      if (this.#journey.state !== undefined) user.state = this.#journey.state(user)
    } catch (error) {
      this.#context.tally.threw(`state: ${messageOf(error)}`)
    }
    if (this.#journey.onStart !== undefined) await this.#carryOut(user, this.#journey.onStart, 'onStart')
    return user
  }

  /** Runs one task, picked by weight. */
  async runTask(user: VirtualUser<State>): Promise<void> {
    const requests = user.requests
    const task = this.#pick(user.random())
    if (task !== undefined) await this.#carryOut(user, task, task.name || 'a task')
    // A task without a request must not block the event loop.
    if (user.requests === requests) await new Promise((resolve) => setImmediate(resolve))
  }

  /** Removes a user once it has cleaned up; a few clean up at the same time. */
  async removeUser(user: VirtualUser<State>): Promise<void> {
    this.#alive -= 1
    const { onStop } = this.#journey
    if (onStop === undefined) return
    if (this.#leaving >= LEAVING_AT_ONCE) await new Promise<void>((resolve) => this.#waitingToLeave.push(resolve))
    this.#leaving += 1
    await this.#carryOut(user, onStop, 'onStop')
    this.#leaving -= 1
    this.#waitingToLeave.shift()?.()
  }

  #pick(random: number): Task<State> | undefined {
    let rest = random * this.#totalWeight
    for (const { weight, task } of this.#journey.tasks) {
      rest -= weight
      if (rest < 0) return task
    }
    return this.#journey.tasks.at(-1)?.task
  }

  async #carryOut(user: VirtualUser<State>, task: Task<State>, name: string): Promise<void> {
    try {
      await task(user)
    } catch (error) {
      this.#context.tally.threw(`${name}: ${messageOf(error)}`)
      await this.#context.pauses.sleep(AFTER_MISTAKE_MS)
    }
  }
}
