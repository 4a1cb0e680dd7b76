import { useEffect, useReducer } from 'react'
import { call, type Failure } from './call.ts'
import { reduceStack, type StackState } from './stack-state.ts'

// Together less than the 5 s within which a dead control must show.
const EVERY_MS = 1_500
const ANSWER_WITHIN_MS = 2_500

/** The stack, polled for as long as the component is mounted and the tab is visible. */
export function useStack(): StackState {
  const [state, dispatch] = useReducer(reduceStack, {})
  useEffect(() => {
    const controller = new AbortController()
    const options = { timeoutMs: ANSWER_WITHIN_MS, signal: controller.signal }
    let timer: number | undefined
    const ask = async () => {
      try {
        if (!document.hidden) {
          dispatch({ kind: 'answered', view: await call('stack', {}, options), atMs: Date.now() })
        }
      } catch (failure) {
        if (controller.signal.aborted) return
        dispatch({ kind: 'failed', failure: failure as Failure })
      }
      if (!controller.signal.aborted) timer = window.setTimeout(ask, EVERY_MS)
    }
    void ask()
    return () => {
      controller.abort()
      window.clearTimeout(timer)
    }
  }, [])
  return state
}
