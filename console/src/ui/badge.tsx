import type { ReactNode } from 'react'

/** A word with a colour: a state, a verdict, a severity. The word alone says it as well. */
export function Badge({ tone, children, title }: { tone: Tone; children: ReactNode; title?: string }) {
  return (
    <span className="badge" data-tone={tone} title={title}>
      {children}
    </span>
  )
}

export type Tone = 'good' | 'wait' | 'bad' | 'fault' | 'none'

/** The colour of a drill's verdict. */
export const verdictTone: Readonly<Record<string, Tone>> = {
  held: 'good',
  deviated: 'bad',
  inconclusive: 'wait',
  aborted: 'none',
  errored: 'bad',
}
