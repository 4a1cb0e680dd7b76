import { messageOf } from '../../base/errors.ts'
import { formatDuration } from '../../base/units/duration.ts'
import { sleep } from '../../base/wait.ts'
import type { AlertRule } from '../../probes/prometheus.ts'
import { type AbortSources, lookAtAborts } from './look-at-aborts.ts'
import type { Safety } from './safety.ts'

/**
 * Watches for what must end a run, until the returned function is called. `onAbort` is called once, with the reason. A condition that
 * cannot be read for ten seconds, or sees nothing any more, ends the run too: nobody would see it come true.
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
  prometheus: AbortSources
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
/** How often the rules are read, in milliseconds. */
const RULES_EVERY_MS = 2_000

async function watch(
  conditions: Safety['abortWhen'],
  {
    prometheus,
    end,
    blindMs,
    signal,
  }: { prometheus: AbortWatchOptions['prometheus']; end(why: string): void; blindMs: number; signal: AbortSignal },
): Promise<void> {
  const blindText = formatDuration(blindMs)
  const sources = rulesKept(prometheus)
  const readMs = new Map<string, number>()
  const begunMs = performance.now()
  while (!signal.aborted) {
    const looks = await lookAtAborts(conditions, sources, { timeoutMs: LOOK_TIMEOUT_MS, signal })
    if (signal.aborted) return
    const nowMs = performance.now()
    const unread: string[] = []
    for (const { text, met, seen, error, blind } of looks) {
      if (met) return end(`abortWhen: ${text}: ${seen}`)
      const why = error === undefined ? blind : messageOf(error)
      if (why === undefined) readMs.set(text, nowMs)
      else if (nowMs - (readMs.get(text) ?? begunMs) > blindMs)
        unread.push(`${text} could not be read for ${blindText}: ${why}`)
    }
    const [first] = unread
    if (first !== undefined) return end(`abortWhen: ${first}`)
    await sleep(LOOK_EVERY_MS, signal).catch(() => undefined)
  }
}

/** The same, but rules are read only now and then, and the last ones count meanwhile: no look waits for thousands of them. */
function rulesKept(prometheus: AbortSources): AbortSources {
  let kept: Promise<AlertRule[]> | undefined
  let dueMs = 0
  return {
    query: (expression, options) => prometheus.query(expression, options),
    alerts: (options) => prometheus.alerts(options),
    alertRules: (options) => {
      if (kept !== undefined && performance.now() < dueMs) return kept
      dueMs = performance.now() + RULES_EVERY_MS
      const next = prometheus.alertRules(options)
      const keep = () => {
        kept = next
      }
      next.then(keep, keep)
      return kept ?? next
    },
  }
}
