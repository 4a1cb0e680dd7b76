import { Histogram } from './figures/histogram.ts'
import { Figures } from './result/figures.ts'
import type { LoadFigures } from './result/result.ts'
import type { RunningLoad } from './start-load.ts'

/** Figures of a load in this thread, second by second, for those who watch it while its recorder keeps every request. */
export class LiveFigures {
  readonly #load: Pick<RunningLoad, 'live' | 'users' | 'saturation'>
  readonly #setting: LoadFigures['setting']
  readonly #figures = new Figures(1)
  readonly #startedAtMs = Date.now()
  readonly #startedMs = performance.now()
  #seconds = 0

  constructor(load: Pick<RunningLoad, 'live' | 'users' | 'saturation'>, setting: LoadFigures['setting']) {
    this.#load = load
    this.#setting = setting
  }

  /** Ends the second that is under way, and returns the figures up to now. */
  next(): LoadFigures {
    const { live, users, saturation } = this.#load
    const generator = { lagP99Ms: 0, busyRatio: 0, coreWaitRatio: undefined, lateness: NONE }
    const report = { ...live.flush(), users: users(), connections: 0, unfinished: 0, generator }
    const second = this.#figures.add(0, this.#seconds, report)
    this.#seconds += 1
    return {
      setting: this.#setting,
      startedAtMs: this.#startedAtMs,
      elapsedMs: performance.now() - this.#startedMs,
      users: users(),
      total: this.#figures.total(),
      endpoints: this.#figures.endpoints(),
      thresholds: [],
      saturation: saturation(),
      history: second === undefined ? [] : [second],
    }
  }
}

/** The generator's own figures are in `saturation`. */
const NONE = new Histogram().pack()
