import type { ReactNode } from 'react'

/** In place of what there is none of yet: why, and the next action. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="empty">
      <p className="empty-title">{title}</p>
      {children}
    </div>
  )
}
