import { endpoints } from '../../../src/api/contract/endpoints.ts'
import type { Quote } from '../../../src/api/contract.ts'
import { parseVisible } from '../format/visible.ts'
import { type Failure, getJson } from './get-json.ts'
import type { QuotesEvent } from './quotes-state.ts'

// A dead backend must show within 5 s: silence, then one look, then one answer or its timeout make 4.2 s at worst.
const ASK_AFTER_SILENCE_MS = 1_500
const LOOK_EVERY_MS = 250
const ANSWER_WITHIN_MS = 2_400

const REOPEN_MIN_MS = 1_000
const REOPEN_MAX_MS = 8_000

/**
 * Follows the prices until aborted: by stream, and by asking whenever the stream is silent or broken. So a service that
 * hangs is found out like one that is gone, and prices go on where streams do not get through.
 */
export function followQuotes(tell: (event: QuotesEvent) => void, signal: AbortSignal): void {
  let heardAtMs = Number.NEGATIVE_INFINITY
  let asking = false
  let needsHistory = true
  let stream: EventSource | undefined
  let reopenMs = REOPEN_MIN_MS
  let reopenTimer: number | undefined

  const ask = async () => {
    if (asking) return
    asking = true
    try {
      const options = { timeoutMs: ANSWER_WITHIN_MS, signal }
      const { quotes, source } = await getJson('quotes', options)
      heardAtMs = performance.now()
      tell({ kind: 'all', quotes, atMs: Date.now(), ...(source === undefined ? {} : { source }) })
      if (needsHistory) void askHistory()
    } catch (failure) {
      if (signal.aborted) return
      needsHistory = true
      tell({ kind: 'failed', failure: failure as Failure })
    } finally {
      asking = false
    }
  }

  // Prices without their past are no trouble: the next answer brings another try. It must not hold up asking for prices.
  const askHistory = async () => {
    needsHistory = false
    const answer = getJson('quotesHistory', { timeoutMs: ANSWER_WITHIN_MS, signal })
    const view = await answer.catch(() => undefined)
    if (view === undefined) needsHistory = true
    else if (!signal.aborted) tell({ kind: 'history', histories: view.histories })
  }

  const open = () => {
    window.clearTimeout(reopenTimer)
    stream?.close()
    stream = new EventSource(endpoints.quotesStream.path)
    stream.onopen = () => {
      reopenMs = REOPEN_MIN_MS
      tell({ kind: 'stream', stream: 'open' })
    }
    stream.addEventListener(endpoints.quotesStream.event, ({ data }: MessageEvent<string>) => {
      heardAtMs = performance.now()
      tell({ kind: 'changed', quotes: parseVisible(data) as Quote[], atMs: Date.now() })
    })
    stream.onerror = () => {
      tell({ kind: 'stream', stream: 'broken' })
      void ask()
      // After a refusal the browser gives up; after a mere break it comes back by itself.
      if (stream?.readyState !== EventSource.CLOSED) return
      reopenTimer = window.setTimeout(open, reopenMs)
      reopenMs = Math.min(REOPEN_MAX_MS, reopenMs * 2)
    }
  }

  // A browser holds six connections to one origin: tabs that nobody sees must not use them up.
  const followVisibility = () => {
    if (!document.hidden) return open()
    window.clearTimeout(reopenTimer)
    stream?.close()
    tell({ kind: 'stream', stream: 'connecting' })
  }
  const looking = window.setInterval(() => {
    if (!document.hidden && performance.now() - heardAtMs >= ASK_AFTER_SILENCE_MS) void ask()
  }, LOOK_EVERY_MS)
  document.addEventListener('visibilitychange', followVisibility)
  signal.addEventListener('abort', () => {
    window.clearInterval(looking)
    window.clearTimeout(reopenTimer)
    document.removeEventListener('visibilitychange', followVisibility)
    stream?.close()
  })
  void ask()
  followVisibility()
}
