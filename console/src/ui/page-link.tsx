import type { ReactNode } from 'react'

/** A link to a part's own page, which is another origin. */
export function PageLink({ url, children }: { url: string; children: ReactNode }) {
  return (
    <a href={url} target="_blank" rel="noreferrer">
      {children}
      <span aria-hidden="true"> ↗</span>
      <span className="hidden"> (opens in a new tab)</span>
    </a>
  )
}
