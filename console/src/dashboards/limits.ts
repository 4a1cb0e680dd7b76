import type { PanelLimits } from '../../../src/api/contract.ts'

/** How good a value is: with `below`, smaller is worse. Without limits it has no colour. */
export function toneOf(value: number, limits: PanelLimits | undefined): 'good' | 'wait' | 'bad' | undefined {
  if (limits === undefined) return undefined
  const { warn, bad, below } = limits
  const reaches = (limit: number) => (below ? value < limit : value >= limit)
  if (reaches(bad)) return 'bad'
  return warn !== undefined && reaches(warn) ? 'wait' : 'good'
}

/** The limits as lines across a graph. */
export function limitLines(limits: PanelLimits | undefined): { value: number; tone: 'wait' | 'bad' }[] {
  if (limits === undefined) return []
  const { warn, bad } = limits
  return [...(warn === undefined ? [] : [{ value: warn, tone: 'wait' as const }]), { value: bad, tone: 'bad' }]
}
