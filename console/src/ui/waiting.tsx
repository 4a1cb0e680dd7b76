import type { ReactNode } from 'react'
import type { Polled } from '../feed/use-poll.ts'
import { FailureText } from './failure-text.tsx'

/** Shows what was polled as soon as it is there: before it a placeholder of about its height, and a failure where there is one. */
export function Waiting<Value>({ for: polled, height = '12rem', children }: WaitingProps<Value>) {
  const { value, failure } = polled
  return (
    <>
      {failure !== undefined && <FailureText failure={failure} />}
      {value !== undefined && children(value)}
      {value === undefined && failure === undefined && (
        <div className="placeholder" style={{ minHeight: height }} role="status">
          <span className="hidden">Loading …</span>
        </div>
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
