import type { Logger } from 'pino'
import { messageOf } from '../../../base/errors.ts'
import { sleep } from '../../../base/wait.ts'
import type { Board } from '../board.ts'
import type { Shared } from './shared.ts'

/** Takes and keeps the lease where it is free, and keeps the board up to date with what others published that did not arrive here. */
export class FetchTurn {
  readonly #options: FetchTurnOptions
  /** Of performance.now(): until then the lease is surely ours. */
  #heldUntilMs = 0
  #answeredAtMs = performance.now()
  #failures = 0
  #pausedUntilMs = 0
  #waiting: (() => void)[] = []

  constructor(options: FetchTurnOptions) {
    this.#options = options
  }

  get role(): Role {
    const now = performance.now()
    if (this.#options.shared.term !== undefined && now < this.#heldUntilMs) return 'fetcher'
    const isAway = this.#failures >= FAILURES_TO_BE_ALONE && now - this.#answeredAtMs > this.#options.leaseMs
    return isAway ? 'alone' : 'follower'
  }

  /** How long the source still wants to be left alone, as it answered this or another replica. */
  get pauseMs(): number {
    return Math.max(0, this.#pausedUntilMs - performance.now())
  }

  /** Resolves when this replica is to fetch. @throws the signal's reason */
  async mine(): Promise<Role> {
    const { signal } = this.#options
    while (this.role === 'follower') {
      signal.throwIfAborted()
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
    signal.throwIfAborted()
    return this.role
  }

  /** Runs until the signal, then gives the lease back. */
  async keep(): Promise<void> {
    const { shared, signal } = this.#options
    while (!signal.aborted) {
      const pauseMs = await this.#look()
      this.#wake()
      await sleep(pauseMs, signal).catch(() => undefined)
    }
    this.#wake()
    await shared.release()
  }

  /** Milliseconds until the next look. */
  async #look(): Promise<number> {
    const { shared, board, leaseMs, logger } = this.#options
    const startedMs = performance.now()
    const before = this.role
    let nextMs = leaseMs / LOOKS_PER_LEASE
    try {
      const { isHolder, remainingMs, pauseMs, latestId } = await shared.hold()
      if (latestId > board.lastId) await this.#catchUp()
      this.#heldUntilMs = isHolder ? startedMs + leaseMs : 0
      this.#answeredAtMs = performance.now()
      this.#failures = 0
      this.#pausedUntilMs = performance.now() + pauseMs
      // A dead fetcher's lease is taken when it ends, not a while later.
      if (!isHolder) nextMs = Math.min(nextMs, remainingMs + 1)
    } catch (error) {
      this.#failures++
      nextMs = Math.min(nextMs, RETRY_MS)
      // A lease that could not be renewed in time may be another's by now.
      if (performance.now() >= this.#heldUntilMs) shared.forget()
      logger.debug({ reason: messageOf(error) }, 'the lease could not be looked at')
    }
    if (this.role !== before) logger.info({ before, role: this.role }, 'another role in fetching')
    return nextMs
  }

  async #catchUp(): Promise<void> {
    const { shared, board } = this.#options
    const { ticks, prices } = await shared.load()
    for (const tick of ticks) board.apply(tick)
    board.restore(prices)
  }

  #wake(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const resolve of waiting) resolve()
  }
}

/** How often the lease is looked at within its length: two looks may fail before it is lost. */
const LOOKS_PER_LEASE = 3
/** Redis is asked again so soon when it did not answer, as in the first moments of a connection. */
const RETRY_MS = 100
/** Looks in a row that must fail before a replica takes Redis for away, rather than itself for paused. */
const FAILURES_TO_BE_ALONE = 2

/**
 * Who fetches: the `fetcher` holds the lease, a `follower` serves what the fetcher publishes, and a replica without Redis
 * is `alone` and fetches for itself.
 */
export type Role = 'fetcher' | 'follower' | 'alone'

export interface FetchTurnOptions {
  shared: Shared
  board: Board
  leaseMs: number
  logger: Logger
  signal: AbortSignal
}
