import { useEffect, useState } from 'react'
import type { SituationView } from '../../../src/api/contract.ts'
import { call } from './call.ts'

const EVERY_MS = 2_000
const ANSWER_WITHIN_MS = 5_000

/** What goes on besides the parts, polled while the tab is visible. The last answer stays when control is gone. */
export function useSituation(): SituationView | undefined {
  const [view, setView] = useState<SituationView>()
  useEffect(() => {
    const controller = new AbortController()
    let timer: number | undefined
    const ask = async () => {
      const options = { timeoutMs: ANSWER_WITHIN_MS, signal: controller.signal }
      const answer = document.hidden ? undefined : await call('situation', {}, options).catch(() => undefined)
      if (controller.signal.aborted) return
      if (answer !== undefined) setView(answer)
      timer = window.setTimeout(ask, EVERY_MS)
    }
    void ask()
    return () => {
      controller.abort()
      window.clearTimeout(timer)
    }
  }, [])
  return view
}
