import type { ReactNode } from 'react'
import type { Polled } from '../feed/use-poll.ts'
import { formatClock } from '../format/format-age.ts'
import { Empty } from './empty.tsx'
import { FailureText } from './failure-text.tsx'

/**
 * Shows what was polled as soon as it is there: before it a placeholder of about its height, and a failure where there is one. What is there
 * stays when nothing answers; it says how old it is, unless the banner says so of the whole page.
 */
export function Waiting<Value>({ for: polled, height = '12rem', children }: WaitingProps<Value>) {
  const { value, atMs, failure } = polled
  return (
    <>
      {failure !== undefined && !failure.silent && <FailureText failure={failure} />}
      {failure?.silent === true && value !== undefined && (
        <p className="sub not-current" role="status">
          Not current: no answer since {formatClock(atMs ?? failure.atMs)}.
        </p>
      )}
      {value !== undefined && children(value)}
      {value === undefined && failure === undefined && (
        <div className="placeholder" style={{ minHeight: height }} role="status">
          <span className="hidden">Loading …</span>
        </div>
      )}
      {value === undefined && failure?.silent === true && (
        <Empty title="Control does not answer">It is shown here as soon as it does.</Empty>
      )}
    </>
  )
}

interface WaitingProps<Value> {
  for: Polled<Value>
  /** Of the placeholder, so that nothing jumps. */
  height?: string
  children: (value: Value) => ReactNode
}
