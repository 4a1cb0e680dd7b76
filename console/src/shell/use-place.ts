import { useEffect, useLayoutEffect, useRef } from 'react'

/**
 * Where the reader is on a page. A page that is opened begins at its top; the way back, and a reload, lead to where the reader was, as soon as
 * the page is that long again. The keyboard goes on in the new page where the link that was followed is gone with the old one.
 */
export function usePlace(page: string): void {
  const isFirst = useRef(true)
  useEffect(() => {
    // The browser would look for the place before anything of the page is there.
    window.history.scrollRestoration = 'manual'
    let timer: number | undefined
    const keepSoon = () => {
      window.clearTimeout(timer)
      timer = window.setTimeout(() => window.history.replaceState(placeKept(), ''), KEPT_AFTER_MS)
    }
    // By now the entry is another one.
    const forget = () => window.clearTimeout(timer)
    window.addEventListener('scroll', keepSoon, { passive: true })
    window.addEventListener('hashchange', forget)
    return () => {
      forget()
      window.removeEventListener('scroll', keepSoon)
      window.removeEventListener('hashchange', forget)
    }
  }, [])
  // biome-ignore lint/correctness/useExhaustiveDependencies: each page is arrived at once
  useLayoutEffect(() => {
    if (!isFirst.current && document.activeElement === document.body)
      document.getElementById('content')?.focus({ preventScroll: true })
    isFirst.current = false
    return scrollWhenThere((window.history.state as Place | null)?.scrollY ?? 0)
  }, [page])
}

/** What an entry of the history keeps of its page. An entry that is new has nothing. */
export function placeKept(): Place {
  return { scrollY: window.scrollY }
}

interface Place {
  scrollY: number
}

/** Scrolling fires often; an entry of the history may be written to a few times a second. Milliseconds. */
const KEPT_AFTER_MS = 250
/** A page that is not that long by now has less in it than before. Milliseconds. */
const THERE_WITHIN_MS = 30_000

/** Scrolls as soon as the page is long enough, unless the reader begins to move. Returns what ends the wait. */
function scrollWhenThere(scrollY: number): () => void {
  window.scrollTo(0, scrollY)
  if (window.scrollY >= scrollY - 1) return () => undefined
  const controller = new AbortController()
  const stop = () => controller.abort()
  const observer = new ResizeObserver(() => {
    window.scrollTo(0, scrollY)
    if (window.scrollY >= scrollY - 1) stop()
  })
  const timer = window.setTimeout(stop, THERE_WITHIN_MS)
  controller.signal.addEventListener('abort', () => {
    observer.disconnect()
    window.clearTimeout(timer)
  })
  for (const name of ['wheel', 'touchmove', 'pointerdown', 'keydown'])
    window.addEventListener(name, stop, { passive: true, signal: controller.signal })
  observer.observe(document.body)
  return stop
}
