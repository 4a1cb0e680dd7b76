import { messageOf } from '../../base/errors.ts'
import { formatDuration } from '../../base/units/duration.ts'
import { sleep } from '../../base/wait.ts'
import type { Prometheus } from '../../probes/prometheus.ts'
import { type AbortLook, lookAtAborts } from './look-at-aborts.ts'
import type { Safety } from './safety.ts'

/**
 * Watches for what must end a run, until the returned function is called. `onAbort` is called once, with the reason. A condition that
 * cannot be read for ten seconds ends the run too: nobody would see it come true.
 */
export function watchForAbort(
  { abortWhen, maxDurationMs }: Pick<Safety, 'abortWhen' | 'maxDurationMs'>,
  { prometheus, onAbort, blindMs = BLIND_MS }: AbortWatchOptions,
): () => void {
  const stopping = new AbortController()
  const end = (why: string) => {
    if (stopping.signal.aborted) return
    stopping.abort()
    onAbort(why)
  }
  if (maxDurationMs !== undefined) {
    const timer = setTimeout(
      () => end(`maxDuration: the run has lasted ${formatDuration(maxDurationMs)}, and may not last longer`),
      Math.min(maxDurationMs, LONGEST_TIMER_MS),
    )
    stopping.signal.addEventListener('abort', () => clearTimeout(timer), { once: true })
  }
  if (abortWhen.length > 0) void watch(abortWhen, { prometheus, end, blindMs, signal: stopping.signal })
  return () => stopping.abort()
}

export interface AbortWatchOptions {
  prometheus: Pick<Prometheus, 'query' | 'alerts'>
  onAbort(why: string): void
  /** How long a condition may stay unread, in milliseconds. */
  blindMs?: number
}

/** Of Node.js; more than three weeks. Milliseconds. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/** Pause between two looks, and bound of one request, in milliseconds. */
const LOOK_EVERY_MS = 500
const LOOK_TIMEOUT_MS = 2_000
const BLIND_MS = 10_000

async function watch(
  conditions: Safety['abortWhen'],
  {
    prometheus,
    end,
    blindMs,
    signal,
  }: { prometheus: AbortWatchOptions['prometheus']; end(why: string): void; blindMs: number; signal: AbortSignal },
): Promise<void> {
  const readMs = new Map<string, number>()
  const begunMs = performance.now()
  while (!signal.aborted) {
    const looks = await lookAtAborts(conditions, prometheus, { timeoutMs: LOOK_TIMEOUT_MS, signal })
    if (signal.aborted) return
    const nowMs = performance.now()
    const unread: AbortLook[] = []
    for (const look of looks) {
      if (look.met) return end(`abortWhen: ${look.text}: ${look.seen}`)
      if (look.error === undefined) readMs.set(look.text, nowMs)
      else if (nowMs - (readMs.get(look.text) ?? begunMs) > blindMs) unread.push(look)
    }
    const [blind] = unread
    if (blind !== undefined) {
      return end(`abortWhen: ${blind.text} could not be read for ${formatDuration(blindMs)}: ${messageOf(blind.error)}`)
    }
    await sleep(LOOK_EVERY_MS, signal).catch(() => undefined)
  }
}
