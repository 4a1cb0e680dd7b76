import type { Logger } from 'pino'
import type { FiredrillError } from '../../../base/errors.ts'
import { quotesErrors } from '../errors.ts'
import type { Price } from '../price.ts'

/** A source of prices: the seam. One file in `providers/` and one line in `providers.ts` each. */
export interface Provider {
  /**
   * The prices of these symbols, in one request where the source can. A symbol without a believable price is left out; it
   * is never made up.
   * @throws ProviderError when there is no price at all
   */
  fetch(symbols: readonly string[], signal: AbortSignal): Promise<Price[]>
}

export interface ProviderOptions {
  seed: number
  /** Path of the recording; empty when none was given. */
  replayFile: string
  /** Asked instead of Yahoo's own hosts, for a proxy or a test; empty for Yahoo itself. */
  yahooUrl: string
  logger: Logger
  /** Unix milliseconds. */
  nowMs: () => number
}

/** @throws FD_QUOTES_REPLAY_INVALID, FD_QUOTES_LIBRARY_MISSING */
export type CreateProvider = (options: ProviderOptions) => Promise<Provider>

/** Why a source gave nothing. `retryAfterMs` when it said how long to leave it alone. */
export class ProviderError extends Error {
  readonly problem: FiredrillError
  readonly retryAfterMs: number | undefined

  constructor(message: string, options: { retryAfterMs?: number | undefined; cause?: unknown } = {}) {
    const problem = quotesErrors.error('FD_QUOTES_PROVIDER', { message, cause: options.cause })
    super(message, { cause: problem })
    this.problem = problem
    this.retryAfterMs = options.retryAfterMs
  }
}
