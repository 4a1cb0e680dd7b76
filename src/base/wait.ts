import { setTimeout as delay } from 'node:timers/promises'
import { errorTable, messageOf } from './errors.ts'
import { formatDuration } from './units/duration.ts'

export const waitErrors = errorTable({
  FD_WAIT_TIMEOUT: 'Something that was waited for did not become true within its bound',
})

export interface WaitOptions {
  /** What is waited for, as a noun phrase: "store-1 to be healthy". */
  what: string
  /** The bound, in milliseconds. */
  timeoutMs: number
  /** Pause between two tries, in milliseconds. */
  intervalMs: number
  signal?: AbortSignal | undefined
  /** Errors of an attempt that end the wait at once instead of counting as "not yet". */
  fatal?: (error: unknown) => boolean
}

/** One try: the value that ends the wait, or the state that was seen instead. */
export type Attempt<T> = { done: true; value: T } | { done: false; state: string }

export const done = <T>(value: T): Attempt<T> => ({ done: true, value })
export const notYet = (state: string): Attempt<never> => ({ done: false, state })

/** Sleeps; rejects at once with the signal's reason when aborted. */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted()
  try {
    await delay(ms, undefined, signal === undefined ? undefined : { signal })
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  }
}

/** What is left of so many milliseconds since a moment of the wall clock; never more than all of them, whoever sets that. */
export function restOfMs(lastsMs: number, sinceMs: number, nowMs = Date.now()): number {
  return Math.min(lastsMs, Math.max(0, sinceMs + lastsMs - nowMs))
}

/**
 * Calls `attempt` until it is done. A throwing attempt counts as "not yet".
 * @throws FD_WAIT_TIMEOUT with what was waited for, how long and the last state seen.
 */
export async function waitUntil<T>(attempt: () => Promise<Attempt<T>>, options: WaitOptions): Promise<T> {
  const startedMs = performance.now()
  let state = 'nothing seen yet'
  while (true) {
    options.signal?.throwIfAborted()
    try {
      const result = await attempt()
      if (result.done) return result.value
      state = result.state
    } catch (error) {
      if (options.fatal?.(error)) throw error
      state = messageOf(error)
    }
    const elapsedMs = performance.now() - startedMs
    if (elapsedMs >= options.timeoutMs) {
      throw waitErrors.error('FD_WAIT_TIMEOUT', {
        message: `waited ${formatDuration(elapsedMs)} for ${options.what}`,
        given: state,
      })
    }
    await sleep(options.intervalMs, options.signal)
  }
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
