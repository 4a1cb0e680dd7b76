import { useEffect, useReducer } from 'react'
import { followQuotes } from './quotes-feed.ts'
import { noQuotes, type QuotesState, reduceQuotes } from './quotes-state.ts'

/** The prices, followed for as long as the component is mounted. */
export function useQuotes(): QuotesState {
  const [state, dispatch] = useReducer(reduceQuotes, noQuotes)
  useEffect(() => {
    const controller = new AbortController()
    followQuotes(dispatch, controller.signal)
    return () => controller.abort()
  }, [])
  return state
}
