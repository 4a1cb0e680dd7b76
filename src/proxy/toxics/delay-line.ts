import type { Ending, Sink } from '../stream.ts'
import type { Stage } from './toxic.ts'

/** When something that arrived at `arrivedMs` is due, given when the one before it is. Infinity is never. */
export type Schedule = (arrivedMs: number, bytes: number, previousDueMs: number) => number

export interface DelayLineOptions {
  out: Sink
  nowMs: () => number
  schedule: Schedule
  /** Cuts a piece into several, each with its own time. */
  split?: (piece: Buffer) => Iterable<Buffer>
  /** When an end is due; the default is the schedule's answer for 0 bytes. */
  scheduleEnd?: Schedule
}

interface Held {
  item: Buffer | Ending
  arrivedMs: number
  dueMs: number
}

/** setTimeout counts whole milliseconds: what is due within half of one is due now. */
const EARLY_MS = 0.5
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1

/**
 * A stage that gives each piece its time, and never changes their order. Times are deadlines on a monotonic clock, so that
 * late timers do not add up.
 */
export class DelayLine implements Stage {
  readonly #options: DelayLineOptions
  #queue: Held[] = []
  /** Index of the first that is still held. */
  #head = 0
  #lastDueMs = Number.NEGATIVE_INFINITY
  #timer: NodeJS.Timeout | undefined

  constructor(options: DelayLineOptions) {
    this.#options = options
  }

  push(piece: Buffer): void {
    const { split } = this.#options
    if (split === undefined) this.#add(piece)
    else for (const part of split(piece)) this.#add(part)
    this.#run()
  }

  end(how: Ending): void {
    this.#add(how)
    this.#run()
  }

  changed(): void {
    // What is held gets its time anew, but nothing is owed for the time before.
    this.#lastDueMs = this.#options.nowMs()
    for (let n = this.#head; n < this.#queue.length; n++) {
      const held = this.#queue[n] as Held
      held.dueMs = this.#due(held.item, held.arrivedMs)
    }
    this.#run()
  }

  release(): void {
    for (let n = this.#head; n < this.#queue.length; n++) {
      const held = this.#queue[n] as Held
      held.dueMs = Number.NEGATIVE_INFINITY
    }
    this.#run()
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#queue = []
    this.#head = 0
  }

  #add(item: Buffer | Ending): void {
    const arrivedMs = this.#options.nowMs()
    this.#queue.push({ item, arrivedMs, dueMs: this.#due(item, arrivedMs) })
  }

  #due(item: Buffer | Ending, arrivedMs: number): number {
    const { schedule, scheduleEnd = schedule } = this.#options
    const wishedMs =
      typeof item === 'string'
        ? scheduleEnd(arrivedMs, 0, this.#lastDueMs)
        : schedule(arrivedMs, item.length, this.#lastDueMs)
    this.#lastDueMs = Math.max(this.#lastDueMs, wishedMs)
    return this.#lastDueMs
  }

  #run(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    while (this.#head < this.#queue.length) {
      const held = this.#queue[this.#head] as Held
      const waitMs = held.dueMs - this.#options.nowMs()
      if (waitMs > EARLY_MS) {
        if (waitMs !== Number.POSITIVE_INFINITY)
          this.#timer = setTimeout(() => this.#run(), Math.min(Math.ceil(waitMs), LONGEST_TIMEOUT_MS))
        break
      }
      this.#head++
      if (typeof held.item === 'string') this.#options.out.end(held.item)
      else this.#options.out.push(held.item)
    }
    if (this.#head > 1_024 || this.#head === this.#queue.length) {
      this.#queue = this.#queue.slice(this.#head)
      this.#head = 0
    }
  }
}
