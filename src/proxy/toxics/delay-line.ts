import type { Ending, Sink } from '../stream/stream.ts'
import type { Stage } from './toxic.ts'

/** A queue that delays what passes: most toxics are made of it. */

/** setTimeout counts whole milliseconds: a part that is due within half a millisecond is due now. */
const EARLY_MS = 0.5
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1
const PARTS_A_TURN = 64

/**
 * A stage that gives each piece its time, and never changes their order. Times are deadlines on a monotonic clock, so that
 * late timers do not add up. A piece is cut, and gets its time, when it is the first in line: waiting pieces cost nothing.
 */
export class DelayLine implements Stage {
  readonly #options: DelayLineOptions
  #queue: Held[] = []
  /** Index of the first part that is still held, and how many of its bytes have been sent. */
  #head = 0
  #goneBytes = 0
  #next: Next | undefined
  #lastDueMs = Number.NEGATIVE_INFINITY
  #timer: NodeJS.Timeout | undefined
  #turn: NodeJS.Immediate | undefined

  constructor(options: DelayLineOptions) {
    this.#options = options
  }

  push(piece: Buffer): void {
    this.#hold(piece)
  }

  end(how: Ending): void {
    this.#hold(how)
  }

  changed(): void {
    // Held pieces get a new time; the time before does not count.
    this.#lastDueMs = this.#options.nowMs()
    this.#next = undefined
    this.#run()
  }

  release(): void {
    const held = this.#queue.slice(this.#head)
    const goneBytes = this.#goneBytes
    this.stop()
    for (const [n, { item }] of held.entries())
      this.#pass(typeof item === 'string' || n > 0 ? item : item.subarray(goneBytes))
  }

  stop(): void {
    this.#sleep()
    this.#queue = []
    this.#head = 0
    this.#goneBytes = 0
    this.#next = undefined
  }

  #hold(item: Buffer | Ending): void {
    this.#queue.push({ item, arrivedMs: this.#options.nowMs() })
    // Otherwise the first in line is not due yet, and this piece waits behind it.
    if (this.#timer === undefined && this.#turn === undefined) this.#run()
  }

  #sleep(): void {
    clearTimeout(this.#timer)
    clearImmediate(this.#turn)
    this.#timer = undefined
    this.#turn = undefined
  }

  #run(): void {
    this.#sleep()
    const most = this.#options.partsATurn?.() ?? PARTS_A_TURN
    for (let parts = 0; this.#head < this.#queue.length; parts++) {
      if (parts === most) {
        this.#turn = setImmediate(() => this.#run())
        return
      }
      this.#next ??= this.#plan(this.#queue[this.#head] as Held)
      const { part, dueMs } = this.#next
      const waitMs = dueMs - this.#options.nowMs()
      if (waitMs > EARLY_MS) {
        if (waitMs !== Number.POSITIVE_INFINITY)
          this.#timer = setTimeout(() => this.#run(), Math.min(Math.ceil(waitMs), LONGEST_TIMEOUT_MS))
        return
      }
      this.#lastDueMs = dueMs
      this.#leave(part)
      this.#pass(part)
    }
  }

  #plan({ item, arrivedMs }: Held): Next {
    const { schedule, scheduleEnd = schedule, nextBytes } = this.#options
    const last = this.#lastDueMs
    if (typeof item === 'string') return { part: item, dueMs: Math.max(last, scheduleEnd(arrivedMs, 0, last)) }
    const left = item.subarray(this.#goneBytes)
    const part = nextBytes === undefined ? left : left.subarray(0, nextBytes())
    return { part, dueMs: Math.max(last, schedule(arrivedMs, part.length, last)) }
  }

  /** Removes it from the line before its receiver can call back here. */
  #leave(part: Buffer | Ending): void {
    this.#next = undefined
    const { item } = this.#queue[this.#head] as Held
    this.#goneBytes += typeof part === 'string' ? 0 : part.length
    if (typeof item !== 'string' && this.#goneBytes < item.length) return
    this.#goneBytes = 0
    this.#head++
    if (this.#head <= 1_024 && this.#head < this.#queue.length) return
    this.#queue = this.#queue.slice(this.#head)
    this.#head = 0
  }

  #pass(part: Buffer | Ending): void {
    if (typeof part === 'string') this.#options.out.end(part)
    else this.#options.out.push(part)
  }
}

/** When a part that arrived at `arrivedMs` is due, given when the part before it was due. Infinity is never. */
export type Schedule = (arrivedMs: number, bytes: number, previousDueMs: number) => number

export interface DelayLineOptions {
  out: Sink
  nowMs: () => number
  schedule: Schedule
  /** Bytes of the next part that is sent on its own, each part with its own time; at least 1. Default: all that arrived at once. */
  nextBytes?: () => number
  /** Most parts that go in one turn of the event loop. Default 64, about half a millisecond of writing; then other work has a turn. */
  partsATurn?: () => number
  /** When an end is due; the default is the schedule's answer for 0 bytes. */
  scheduleEnd?: Schedule
}

interface Held {
  item: Buffer | Ending
  arrivedMs: number
}

/** What goes next, and when. */
interface Next {
  part: Buffer | Ending
  dueMs: number
}
