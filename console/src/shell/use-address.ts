import { useCallback, useEffect, useReducer } from 'react'
import { type PageName, pageTitles } from '../page-names.ts'
import { type Address, linkTo, readAddress } from './route.ts'
import { placeKept } from './use-place.ts'

/** The address of the console, now and after each change of it. */
export function useAddress(): Address<PageName> {
  const [, render] = useReducer((count: number) => count + 1, 0)
  useEffect(() => {
    window.addEventListener('hashchange', render)
    return () => window.removeEventListener('hashchange', render)
  }, [])
  return readAddress(window.location.hash, pageTitles, 'overview')
}

/** Another address for what is on the screen: the entry of the history stays the same one, and so does the place on the page. */
export function replaceAddress(hash: string): void {
  window.history.replaceState(placeKept(), '', hash)
  window.dispatchEvent(new HashChangeEvent('hashchange'))
}

/** Sets fields of the query of the address, `undefined` removes one. A filter is no page: the way back does not lead to it. */
export function useSetQuery(): (changes: Readonly<Record<string, string | undefined>>) => void {
  return useCallback((changes) => {
    const { page, rest, query } = readAddress(window.location.hash, pageTitles, 'overview')
    replaceAddress(linkTo(page, rest, { ...Object.fromEntries(query), ...changes }))
  }, [])
}
