import { readFileSync } from 'node:fs'

/** How long this thread has waited for a core since its start, in milliseconds; undefined where the kernel does not measure it. */
export function coreWaitMs(): number | undefined {
  try {
    // CPU time, time in the queue for a core, number of turns: nanoseconds.
    const waited = readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')[1]
    return waited === undefined ? undefined : Number(waited) / 1e6
  } catch {
    return undefined
  }
}
