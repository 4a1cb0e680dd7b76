import { formatDuration } from '../base/units/duration.ts'
import { sleep } from '../base/wait.ts'
import { drillErrors } from './errors.ts'

/**
 * Waits for an answer of the control server, with a bound. `what` is a noun phrase: "the incidents".
 * @throws FD_DRILL_TIMEOUT, or the signal's reason when it is aborted; an answer that comes later is ignored.
 */
export async function within<T>(
  answer: Promise<T>,
  { what, boundMs, signal }: { what: string; boundMs: number; signal?: AbortSignal | undefined },
): Promise<T> {
  const over = new AbortController()
  const bound = sleep(boundMs, signal === undefined ? over.signal : AbortSignal.any([over.signal, signal])).then(() => {
    throw drillErrors.error('FD_DRILL_TIMEOUT', {
      message: `waited ${formatDuration(boundMs)} for ${what}`,
      next: 'look at the log of the control server: firedrill logs control',
    })
  })
  try {
    return await Promise.race([answer, bound])
  } finally {
    // The loser of the race must not end the process.
    answer.catch(() => undefined)
    bound.catch(() => undefined)
    over.abort()
  }
}
