import type { Logger } from 'pino'
import { messageOf } from '../../base/errors.ts'
import { sleep } from '../../base/wait.ts'
import type { Board } from './board.ts'
import type { FetchMeters } from './meters.ts'
import type { Pace } from './pace.ts'
import { isPrice, type Price } from './price.ts'
import { type Provider, ProviderError } from './providers/provider.ts'
import type { FetchTurn } from './redis/fetch-turn.ts'
import type { Shared } from './redis/shared.ts'
import type { Tick } from './redis/tick.ts'

/** Fetches whenever it is this replica's turn, until the signal. Nothing the source does ends it. */
export async function keepFetching(options: FetchingOptions): Promise<void> {
  const { turn, signal } = options
  let logged: string | undefined
  while (!signal.aborted) {
    try {
      await turn.mine()
      if (turn.pauseMs > 0) {
        await sleep(turn.pauseMs, signal)
        continue
      }
      const { pauseMs, problem } = await fetchOnce(options)
      // Said once when it begins and once when it is over, not every time.
      if (problem !== undefined && problem !== logged)
        options.logger.warn({ reason: problem }, 'no prices from the source')
      if (problem === undefined && logged !== undefined) options.logger.info('the source gives prices again')
      logged = problem
      await sleep(pauseMs, signal)
    } catch (error) {
      if (!signal.aborted) throw error
    }
  }
}

export interface FetchingOptions {
  provider: Provider
  board: Board
  shared: Shared
  turn: FetchTurn
  pace: Pace
  /** Longest wait for the source, in milliseconds. */
  timeoutMs: number
  meters: FetchMeters
  logger: Logger
  signal: AbortSignal
  /** Unix milliseconds. */
  nowMs: () => number
}

async function fetchOnce(options: FetchingOptions): Promise<{ pauseMs: number; problem?: string }> {
  const { board, shared, pace, meters, logger, nowMs, signal } = options
  // Both before the fetch: a replica that is paused in the middle must not pass an old price off as a new one.
  const term = shared.term
  const fetchedAtMs = nowMs()
  const startedMs = performance.now()
  pace.begin()
  try {
    const prices = await askSource(options)
    meters.fetched(prices.length < board.symbols.length ? 'partial' : 'complete', performance.now() - startedMs)
    await publish(options, term, { fetchedAtMs, prices })
    return { pauseMs: pace.succeeded() }
  } catch (error) {
    signal.throwIfAborted()
    const retryAfterMs = error instanceof ProviderError ? error.retryAfterMs : undefined
    meters.fetched(retryAfterMs === undefined ? 'failed' : 'refused', performance.now() - startedMs)
    if (retryAfterMs !== undefined && retryAfterMs > 0) {
      await shared.postpone(retryAfterMs).catch((cause: unknown) => {
        logger.debug({ reason: messageOf(cause) }, 'the other replicas were not asked to wait')
      })
    }
    return { pauseMs: pace.failed(retryAfterMs), problem: messageOf(error) }
  }
}

/** What the source gives and can be believed; bounded in time, also where the source ignores the signal. */
async function askSource({ provider, board, timeoutMs, signal }: FetchingOptions): Promise<Price[]> {
  const bound = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
  const ended = new Promise<never>((_, reject) => {
    bound.addEventListener('abort', () => reject(new ProviderError(`no answer within ${timeoutMs} ms`)), { once: true })
  })
  const answer = await Promise.race([provider.fetch(board.symbols, bound), ended])
  const prices = answer.filter((price) => isPrice(price) && board.symbols.includes(price.symbol))
  if (prices.length === 0) throw new ProviderError('the source gave no believable price')
  return prices
}

/** To all replicas; without Redis to this one alone. What was fetched in a term that is over goes nowhere. */
async function publish(
  { board, shared, turn, logger, nowMs }: FetchingOptions,
  term: string | undefined,
  fetched: Omit<Tick, 'id'>,
): Promise<void> {
  if (term !== undefined) {
    try {
      const tick = await shared.publish(term, board.lastId, fetched)
      if (tick === undefined) logger.info('another replica fetches now; what was fetched here is dropped')
      else board.apply(tick)
      return
    } catch (error) {
      logger.debug({ reason: messageOf(error) }, 'prices could not be shared; this replica serves them alone')
    }
  } else if (turn.role !== 'alone') return
  board.apply({ id: Math.max(board.lastId + 1, nowMs()), ...fetched })
}
