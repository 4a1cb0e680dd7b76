import type { CoverageView } from '../../../src/api/contract.ts'
import { type ProofLevel, proofLevels } from '../format/proof-age.ts'
import { countAges } from './cells.ts'

/** How old the proofs of all alerts are, as one bar and in words. It is the legend of the colours, too. */
export function AgeSummary({ view, nowMs }: { view: CoverageView; nowMs: number }) {
  const counts = Object.entries(countAges(view, nowMs)) as [ProofLevel, number][]
  const shown = counts.filter(([, count]) => count > 0)
  return (
    <section className="card ages" aria-label="Age of the proofs">
      <div className="age-bar" aria-hidden="true">
        {shown.map(([level, count]) => (
          <span key={level} data-age={level} style={{ flexGrow: count }} />
        ))}
      </div>
      <ul>
        {counts.map(([level, count]) => (
          <li key={level}>
            <span className="age-mark" data-age={level} aria-hidden="true" />
            <span className="number">{count}</span> {level === 'never' ? 'never proven' : proofLevels[level]}
          </li>
        ))}
      </ul>
    </section>
  )
}
