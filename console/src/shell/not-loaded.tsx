import { useEffect, useRef } from 'react'
import type { PageProps } from '../page.ts'
import { pageTitles } from '../page-names.ts'
import { Empty } from '../ui/empty.tsx'
import { useAddress } from './use-address.ts'

/**
 * In place of a page whose script did not come: control is gone, or it serves another build by now. As soon as control answers, the console is
 * loaded again, at the same address.
 */
export function NotLoaded({ stack, trouble }: PageProps) {
  const { page } = useAddress()
  const sinceMs = useRef(Date.now())
  const isBack = trouble?.part !== 'control' && (stack.lastAtMs ?? 0) > sinceMs.current
  useEffect(() => {
    if (!isBack) return undefined
    // Where it does not come at all, the console is not loaded again and again without a pause.
    const timer = window.setTimeout(() => window.location.reload(), Math.max(0, PAUSE_MS - performance.now()))
    return () => window.clearTimeout(timer)
  }, [isBack])
  return (
    <>
      <h1>{pageTitles[page]}</h1>
      <Empty title="This page could not be loaded">
        <p>It is loaded as soon as control answers.</p>
        <p>
          <button type="button" className="button" onClick={() => window.location.reload()}>
            Load it now
          </button>
        </p>
      </Empty>
    </>
  )
}

/** At least, between two times that the console is loaded. */
const PAUSE_MS = 5_000
