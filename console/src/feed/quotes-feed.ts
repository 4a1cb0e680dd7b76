import { endpoints } from '../../../src/api/contract/endpoints.ts'
import type { Quote } from '../../../src/api/contract.ts'
import { parseVisible } from '../format/visible.ts'
import { call, type Failure } from './call.ts'
import type { QuotesEvent } from './quotes-state.ts'

// A dead backend must show within 5 s: silence, then one look, then one answer or its timeout make 4.2 s at worst.
const ASK_AFTER_SILENCE_MS = 1_500
const LOOK_EVERY_MS = 250
const ANSWER_WITHIN_MS = 2_400

const REOPEN_MIN_MS = 1_000
const REOPEN_MAX_MS = 8_000

/**
 * Follows the prices until aborted: by stream, and by asking whenever the stream is silent or broken. So a service that
 * hangs is noticed like one that is gone, and prices go on where streams do not get through.
 */
export function followQuotes(dispatch: (event: QuotesEvent) => void, signal: AbortSignal): void {
  const poll = new QuotesPoll(dispatch, signal)
  const stream = new QuotesStream(dispatch, poll)
  // A browser holds six connections to one origin: hidden tabs must not use them up.
  const followVisibility = () => {
    if (!document.hidden) return stream.open()
    stream.close()
    dispatch({ kind: 'stream', stream: 'connecting' })
  }
  const looking = window.setInterval(() => {
    if (!document.hidden && poll.silentMs >= ASK_AFTER_SILENCE_MS) void poll.ask()
  }, LOOK_EVERY_MS)
  document.addEventListener('visibilitychange', followVisibility)
  signal.addEventListener('abort', () => {
    window.clearInterval(looking)
    document.removeEventListener('visibilitychange', followVisibility)
    stream.close()
  })
  void poll.ask()
  followVisibility()
}

/** Asks for all prices, and for their past after the first answer and after each failure. */
class QuotesPoll {
  readonly #dispatch: (event: QuotesEvent) => void
  readonly #signal: AbortSignal
  #receivedAtMs = Number.NEGATIVE_INFINITY
  #isAsking = false
  #needsHistory = true

  constructor(dispatch: (event: QuotesEvent) => void, signal: AbortSignal) {
    this.#dispatch = dispatch
    this.#signal = signal
  }

  /** How long no price has come, in milliseconds. */
  get silentMs(): number {
    return performance.now() - this.#receivedAtMs
  }

  /** A price came by the stream. */
  received(): void {
    this.#receivedAtMs = performance.now()
  }

  async ask(): Promise<void> {
    if (this.#isAsking) return
    this.#isAsking = true
    try {
      const { quotes, source } = await call('quotes', {}, { timeoutMs: ANSWER_WITHIN_MS, signal: this.#signal })
      this.received()
      this.#dispatch({ kind: 'all', quotes, atMs: Date.now(), ...(source === undefined ? {} : { source }) })
      if (this.#needsHistory) void this.#askHistory()
    } catch (failure) {
      if (this.#signal.aborted) return
      this.#needsHistory = true
      this.#dispatch({ kind: 'failed', failure: failure as Failure })
    } finally {
      this.#isAsking = false
    }
  }

  /** Prices without their past are no trouble: the next answer brings another try. It must not hold up asking for prices. */
  async #askHistory(): Promise<void> {
    this.#needsHistory = false
    const answer = call('quotesHistory', {}, { timeoutMs: ANSWER_WITHIN_MS, signal: this.#signal })
    const view = await answer.catch(() => undefined)
    if (view === undefined) this.#needsHistory = true
    else if (!this.#signal.aborted) this.#dispatch({ kind: 'history', histories: view.histories })
  }
}

/** The stream of prices, opened again after it was refused. */
class QuotesStream {
  readonly #dispatch: (event: QuotesEvent) => void
  readonly #poll: QuotesPoll
  #stream: EventSource | undefined
  #reopenMs = REOPEN_MIN_MS
  #reopenTimer: number | undefined

  constructor(dispatch: (event: QuotesEvent) => void, poll: QuotesPoll) {
    this.#dispatch = dispatch
    this.#poll = poll
  }

  open(): void {
    this.close()
    const { path, event } = endpoints.quotesStream
    const stream = new EventSource(path)
    this.#stream = stream
    stream.onopen = () => {
      this.#reopenMs = REOPEN_MIN_MS
      this.#dispatch({ kind: 'stream', stream: 'open' })
    }
    stream.addEventListener(event, ({ data }: MessageEvent<string>) => {
      this.#poll.received()
      this.#dispatch({ kind: 'changed', quotes: parseVisible(data) as Quote[], atMs: Date.now() })
    })
    stream.onerror = () => {
      this.#dispatch({ kind: 'stream', stream: 'broken' })
      void this.#poll.ask()
      // After a refusal the browser gives up; after a mere break it reconnects by itself.
      if (stream.readyState !== EventSource.CLOSED) return
      this.#reopenTimer = window.setTimeout(() => this.open(), this.#reopenMs)
      this.#reopenMs = Math.min(REOPEN_MAX_MS, this.#reopenMs * 2)
    }
  }

  close(): void {
    window.clearTimeout(this.#reopenTimer)
    this.#stream?.close()
  }
}
