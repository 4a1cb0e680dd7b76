import { backoffMs, sleep } from '../../base/wait.ts'
import type { LeftFault } from './guard.ts'
import type { Guardian } from './guardian.ts'

/** How the faults of a run end when the run is over. */

/** How long undoing is tried after the time of the longest fault is over, in milliseconds. */
const AFTER_MS = 3 * 60_000
const PAUSE = { firstMs: 1_000, maxMs: 30_000 }

/**
 * Undoes the faults of a run that is over. What cannot be undone is tried again, later each time, until a bound: the time that the longest
 * fault had left, and three minutes. Resolves with what is left then, also where an attempt never ends.
 */
export async function endFaults(
  guardian: Pick<Guardian, 'endAll' | 'remainingMs'>,
  { hurry, onLeft, afterMs = AFTER_MS, random = Math.random }: EndOptions = {},
): Promise<LeftFault[]> {
  const bound = new AbortController()
  const boundMs = guardian.remainingMs() + afterMs
  const timer = setTimeout(() => bound.abort(), boundMs)
  hurry?.addEventListener('abort', () => bound.abort(), { once: true })
  let left: LeftFault[] = NEVER_ANSWERED
  const attempts = async () => {
    for (let attempt = 0; !bound.signal.aborted; attempt += 1) {
      left = await guardian.endAll()
      if (left.length === 0) return
      if (attempt === 0) onLeft?.(left, boundMs)
      await sleep(backoffMs(attempt, PAUSE, random), bound.signal).catch(() => undefined)
    }
  }
  try {
    await Promise.race([attempts(), aborted(bound.signal)])
    return left
  } finally {
    clearTimeout(timer)
  }
}

interface EndOptions {
  /** Ends the attempts at once. */
  hurry?: AbortSignal
  /** Called after the first attempt, when something is left: it is tried for so long yet. */
  onLeft?(left: readonly LeftFault[], boundMs: number): void
  afterMs?: number
  random?: () => number
}

const NEVER_ANSWERED: LeftFault[] = [
  { what: 'a fault of the run', why: 'the attempt to undo it has not ended', isInCluster: false },
]

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
