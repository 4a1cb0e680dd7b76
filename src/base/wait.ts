import { errorTable, messageOf } from './errors.ts'
import { formatDuration } from './units/duration.ts'

export const waitErrors = errorTable({
  FD_WAIT_TIMEOUT: 'Something that was waited for did not become true within its bound',
})

/** How often something is looked at, and for how long. */
export interface PollOptions {
  /** The bound, in milliseconds; the last look may begin a pause later. `Infinity` only where the signal is the bound. */
  timeoutMs: number
  /** Pause between two looks, in milliseconds. */
  intervalMs: number
  signal?: AbortSignal | undefined
}

export interface WaitOptions extends PollOptions {
  /** What is waited for, as a noun phrase: "store-1 to be healthy". */
  what: string
  /** Errors of an attempt that end the wait at once instead of counting as "not yet". */
  fatal?: (error: unknown) => boolean
}

/** One try: the value that ends the wait, or the state that was seen instead. */
export type Attempt<T> = { done: true; value: T } | { done: false; state: string }

export const done = <T>(value: T): Attempt<T> => ({ done: true, value })
export const notYet = (state: string): Attempt<never> => ({ done: false, state })

/** Sleeps; rejects at once with the signal's reason when aborted. By the global timer, so that a test can move its time. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const onAbort = () => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    }, ms)
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}

/** The rest of `lastsMs` that began at `sinceMs` of the wall clock: from 0 to `lastsMs`, even if that clock is set. */
export function restOfMs(lastsMs: number, sinceMs: number, nowMs = Date.now()): number {
  return Math.min(lastsMs, Math.max(0, sinceMs + lastsMs - nowMs))
}

/**
 * Looks until a value ends the wait (`until`) or the time is over; resolves with the last value either way. A look that throws
 * ends it. The signal ends the wait between two looks, with its reason: the first look is always taken.
 */
export async function pollFor<T>(
  look: () => Promise<T>,
  { until, timeoutMs, intervalMs, signal }: PollOptions & { until(value: T): boolean },
): Promise<T> {
  const startedMs = performance.now()
  while (true) {
    const value = await look()
    if (until(value) || performance.now() - startedMs >= timeoutMs) return value
    await sleep(intervalMs, signal)
  }
}

/**
 * Calls `attempt` until it is done. A throwing attempt counts as "not yet".
 * @throws FD_WAIT_TIMEOUT with what was waited for, how long and the last state seen.
 */
export async function waitUntil<T>(attempt: () => Promise<Attempt<T>>, options: WaitOptions): Promise<T> {
  const startedMs = performance.now()
  const look = async (): Promise<Attempt<T>> => {
    try {
      return await attempt()
    } catch (error) {
      if (options.fatal?.(error)) throw error
      return notYet(messageOf(error))
    }
  }
  const last = await pollFor(look, { ...options, until: (result) => result.done })
  if (last.done) return last.value
  throw waitErrors.error('FD_WAIT_TIMEOUT', {
    message: `waited ${formatDuration(performance.now() - startedMs)} for ${options.what}`,
    given: last.state,
  })
}

/**
 * Acts again for as long as it fails, within a bound; `retries` selects the errors that are worth another try (default: all).
 * @throws the last error, or the signal's reason
 */
export async function retryFor<T>(
  act: () => Promise<T>,
  { retries = () => true, ...options }: PollOptions & { retries?(error: unknown): boolean },
): Promise<T> {
  const attempt = async (): Promise<{ value: T } | { error: unknown }> => {
    try {
      return { value: await act() }
    } catch (error) {
      if (!retries(error)) throw error
      return { error }
    }
  }
  const last = await pollFor(attempt, { ...options, until: (tried) => 'value' in tried })
  if ('value' in last) return last.value
  throw last.error
}

/** Pauses that double from `firstMs` to `maxMs`, each spread by ±20 % so that retries do not march in step. */
export function backoffMs(
  attempt: number,
  { firstMs, maxMs }: { firstMs: number; maxMs: number },
  random: () => number,
): number {
  const ms = Math.min(maxMs, firstMs * 2 ** Math.min(attempt, 30))
  return Math.round(ms * (0.8 + 0.4 * random()))
}
