import { useCallback, useEffect, useReducer } from 'react'
import { type PageName, pageTitles } from '../page-names.ts'
import { type Address, linkTo, readAddress } from './route.ts'

/** The address of the console, now and after each change of it. */
export function useAddress(): Address<PageName> {
  const [, render] = useReducer((count: number) => count + 1, 0)
  useEffect(() => {
    window.addEventListener('hashchange', render)
    return () => window.removeEventListener('hashchange', render)
  }, [])
  return readAddress(window.location.hash, pageTitles, 'overview')
}

/** Sets fields of the query of the address, `undefined` removes one. Replaces the entry of the history: a filter is no page. */
export function useSetQuery(): (changes: Readonly<Record<string, string | undefined>>) => void {
  return useCallback((changes) => {
    const { page, rest, query } = readAddress(window.location.hash, pageTitles, 'overview')
    window.history.replaceState(null, '', linkTo(page, rest, { ...Object.fromEntries(query), ...changes }))
    window.dispatchEvent(new HashChangeEvent('hashchange'))
  }, [])
}
