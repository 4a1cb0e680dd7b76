import type { ReactNode } from 'react'
import type { StackView } from '../../../src/api/contract.ts'
import type { PageProps } from '../page.ts'

/** A page that is about the stack: shown as soon as control has answered, and then for as long as the console is open. */
export function WhenKnown({ title, stack: { view }, trouble, children }: WhenKnownProps) {
  if (view !== undefined) return children(view)
  return (
    <>
      <h1>{title}</h1>
      <p className="empty">{trouble === undefined ? 'Asking control …' : 'Control has not answered yet.'}</p>
    </>
  )
}

interface WhenKnownProps extends Pick<PageProps, 'stack' | 'trouble'> {
  title: string
  children(view: StackView): ReactNode
}
