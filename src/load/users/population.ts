import { messageOf } from '../../base/errors.ts'
import { seededRandom } from '../../base/random.ts'
import type { Origin } from '../http/origin.ts'
import type { Journey, Task } from '../journey/journey.ts'
import { type EngineContext, VirtualUser } from './virtual-user.ts'

/** How long a user whose task threw keeps still, in milliseconds: a mistake in a journey must not become a busy loop. */
const AFTER_MISTAKE_MS = 100
/** Users that clean up at the same time when a run ends. */
const LEAVING_AT_ONCE = 50

/** Makes users of one journey, and runs its code for them; what that throws is counted, not passed on. */
export class Population<State> {
  readonly #journey: Journey<State>
  readonly #origins: readonly Origin[]
  readonly #around: EngineContext
  readonly #seed: number
  readonly #run: string
  readonly #totalWeight: number
  #alive = 0
  #leaving = 0
  readonly #waitingToLeave: (() => void)[] = []

  constructor(options: {
    journey: Journey<State>
    origins: readonly Origin[]
    around: EngineContext
    seed: number
    /** Makes the ids of this run's users its own. */
    run: string
  }) {
    this.#journey = options.journey
    this.#origins = options.origins
    this.#around = options.around
    this.#seed = options.seed
    this.#run = options.run
    this.#totalWeight = options.journey.tasks.reduce((sum, { weight }) => sum + weight, 0)
  }

  /** Users that have started and not ended. */
  get alive(): number {
    return this.#alive
  }

  /** A new user, ready for its first task. */
  async welcome(index: number): Promise<VirtualUser<State>> {
    const origin = this.#origins[index % this.#origins.length]
    if (origin === undefined) throw new Error('a load needs an origin')
    this.#alive += 1
    const who = { id: `${this.#run}-${index}`, index, random: seededRandom(this.#seed + index), origin }
    const user = new VirtualUser<State>(who, this.#around)
    try {
      if (this.#journey.state !== undefined) user.state = this.#journey.state(user)
    } catch (error) {
      this.#around.tally.threw(`state: ${messageOf(error)}`)
    }
    if (this.#journey.onStart !== undefined) await this.#carryOut(user, this.#journey.onStart, 'onStart')
    return user
  }

  /** One task, picked by weight. */
  async work(user: VirtualUser<State>): Promise<void> {
    const requests = user.requests
    const task = this.#pick(user.random())
    if (task !== undefined) await this.#carryOut(user, task, task.name || 'a task')
    // A task that does nothing would never let anything else happen.
    if (user.requests === requests) await new Promise((resolve) => setImmediate(resolve))
  }

  /** Lets a user clean up, a few at a time. */
  async farewell(user: VirtualUser<State>): Promise<void> {
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
      this.#around.tally.threw(`${name}: ${messageOf(error)}`)
      await this.#around.pauses.sleep(AFTER_MISTAKE_MS)
    }
  }
}
