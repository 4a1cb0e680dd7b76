import { useSyncExternalStore } from 'react'

/** Colours of charts, as the style sheet has them for light and dark. A canvas does not know variables of CSS. */
export function chartColors(): ChartColors {
  const style = getComputedStyle(document.documentElement)
  const read = (name: string) => style.getPropertyValue(name).trim()
  return {
    text: read('--text'),
    muted: read('--muted'),
    line: read('--line'),
    good: read('--good'),
    wait: read('--wait'),
    bad: read('--bad'),
    fault: read('--fault'),
    alert: read('--bad'),
    drill: read('--drill'),
    palette: Array.from({ length: SERIES_COLORS }, (_, at) => read(`--series-${at + 1}`)),
  }
}

export interface ChartColors {
  text: string
  muted: string
  line: string
  good: string
  wait: string
  bad: string
  fault: string
  alert: string
  drill: string
  /** Of series, in their order. */
  palette: readonly string[]
}

/** Colour of the series at that place, for CSS. */
export function seriesColor(at: number): string {
  return `var(--series-${(at % SERIES_COLORS) + 1})`
}

/** `dark` or `light`: what draws with `chartColors` draws again when it changes. */
export function useColorScheme(): 'dark' | 'light' {
  return useSyncExternalStore(onSchemeChange, () => (darkQuery().matches ? 'dark' : 'light'))
}

/** Colours that the style sheet defines. */
const SERIES_COLORS = 8

function darkQuery(): MediaQueryList {
  return window.matchMedia('(prefers-color-scheme: dark)')
}

function onSchemeChange(changed: () => void): () => void {
  const query = darkQuery()
  query.addEventListener('change', changed)
  return () => query.removeEventListener('change', changed)
}
