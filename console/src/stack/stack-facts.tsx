import type { StackView } from '../../../src/api/contract.ts'
import { formatAge } from '../format/format-age.ts'

/** What a stack is, in a line. */
export function StackFacts({ view, nowMs }: { view: StackView; nowMs: number }) {
  return (
    <p className="facts">
      Firedrill {view.version} · profile {view.profile} · runtime {view.runtime} · up for{' '}
      {formatAge(nowMs - view.startedAtMs)} · state in <code>{view.folder}</code>
    </p>
  )
}
