import type { ReactNode } from 'react'

/** What may be wider than the page, for example a table: it scrolls sideways by itself, also by keys. */
export function ScrollX({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
    <section className="scroll-x" aria-label={label} tabIndex={0}>
      {children}
    </section>
  )
}
