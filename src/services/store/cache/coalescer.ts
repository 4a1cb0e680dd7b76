/**
 * Makes one piece of work of what is asked for in one turn of the event loop, or while others are under way: a commit costs
 * a flush of the disk, whether of one row or of fifty. Who asks when there is room waits for the end of the turn, no longer.
 * Where more pieces may be under way, each takes its share, so that one is being done while the outcomes of another are returned.
 */
export class Coalescer<In, Out> {
  readonly #options: CoalescerOptions<In, Out>
  #waiting: Waiting<In, Out>[] = []
  #underWay = 0
  #timer: NodeJS.Timeout | undefined
  #endOfTurn: NodeJS.Immediate | undefined

  constructor(options: CoalescerOptions<In, Out>) {
    this.#options = options
  }

  /** The outcome of `input`; the error of a piece of work is that of all its inputs. */
  run(input: In): Promise<Out> {
    return new Promise<Out>((resolve, reject) => {
      this.#waiting.push({ input, sinceMs: performance.now(), resolve, reject })
      this.#beginSoon()
    })
  }

  #beginSoon(): void {
    this.#endOfTurn ??= setImmediate(() => {
      this.#endOfTurn = undefined
      this.#begin()
    })
  }

  #begin(): void {
    const { maxUnderWay, maxSize } = this.#options
    while (this.#underWay < maxUnderWay && this.#waiting.length > 0) {
      const pieces = this.#waiting.length > FEW ? maxUnderWay - this.#underWay : 1
      void this.#do(this.#waiting.splice(0, Math.min(maxSize, Math.ceil(this.#waiting.length / pieces))))
    }
    if (this.#waiting.length > 0) this.#watch()
  }

  async #do(batch: readonly Waiting<In, Out>[]): Promise<void> {
    this.#underWay++
    try {
      const outcomes = await this.#options.work(batch.map(({ input }) => input))
      // As many as there are inputs: `work` says so.
      for (const [index, one] of batch.entries()) one.resolve(outcomes[index] as Out)
    } catch (error) {
      for (const one of batch) one.reject(error)
    } finally {
      this.#underWay--
      this.#beginSoon()
    }
  }

  #watch(): void {
    const { maxWaitMs, late } = this.#options
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      const now = performance.now()
      const first = this.#waiting.findIndex(({ sinceMs }) => now - sinceMs < maxWaitMs)
      for (const one of this.#waiting.splice(0, first === -1 ? this.#waiting.length : first)) one.reject(late())
      if (this.#waiting.length > 0) this.#watch()
    }, maxWaitMs * PRECISION).unref()
  }
}

export interface CoalescerOptions<In, Out> {
  /** Does several at once, all or none; the outcomes in the order of the inputs. */
  work: (inputs: readonly In[]) => Promise<readonly Out[]>
  /** Pieces of work under way at once. */
  maxUnderWay: number
  /** Inputs in one piece of work. */
  maxSize: number
  /** Longest wait for a piece of work to begin, in milliseconds. */
  maxWaitMs: number
  /** The error of an input that waited longer; nothing has happened to it then. */
  late: () => Error
}

interface Waiting<In, Out> {
  readonly input: In
  readonly sinceMs: number
  readonly resolve: (out: Out) => void
  readonly reject: (error: unknown) => void
}

/** How often those who wait are looked at, as a share of the longest wait. */
const PRECISION = 0.1
/** As many are not worth sharing out: a piece of work costs more than that many inputs. */
const FEW = 16
