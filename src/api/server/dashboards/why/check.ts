import type { Prometheus } from '../../../../probes/prometheus.ts'
import type { WhyEmptyView } from '../../../contract.ts'
import type { TimeWindow } from '../time-window.ts'
import type { SelectorUse } from './selectors-in.ts'

/** One check on why a panel is empty. */
export type Check = (scene: Scene) => Promise<Found>

/** What a check finds. `none`: it does not matter for this panel. */
export type Found = Omit<WhyEmptyView['checks'][number], 'name' | 'question'>

/** The panel that is empty, and where to look. */
export interface Scene {
  prometheus: Prometheus
  selectors: readonly SelectorUse[]
  window: TimeWindow
  /** What is chosen, by the name of the label. */
  variables: Readonly<Record<string, readonly string[]>>
  scrapeMs: number
  /** By how much the clock of the one who asks is ahead of this one, in milliseconds. */
  askerOffMs?: number
}

export const PROBE = { timeoutMs: 3_000 }

export const good = (text: string): Found => ({ state: 'good', text })
export const bad = (text: string, next?: string): Found => ({ state: 'bad', text, ...(next !== undefined && { next }) })
export const none = (text: string): Found => ({ state: 'none', text })
