import type { LoadComparison } from '../../../../src/api/contract.ts'

/** By how much a figure changed, and whether that is for the better. Small changes have no colour: two runs are never the same. */
export function changeOf({ metric, before, after, change }: LoadComparison['differences'][number]): {
  text: string
  tone: 'good' | 'bad' | undefined
} {
  if (before === null || after === null) return { text: '–', tone: undefined }
  if (change === null) return { text: after === 0 ? '0' : 'from 0', tone: after === 0 ? undefined : 'bad' }
  const text = `${change >= 0 ? '+' : '−'}${Math.abs(change * 100).toFixed(1)} %`
  if (Math.abs(change) < NOTABLE) return { text, tone: undefined }
  // More requests are better; more of all else is worse.
  return { text, tone: change > 0 === (metric === 'rate') ? 'good' : 'bad' }
}

const NOTABLE = 0.1
