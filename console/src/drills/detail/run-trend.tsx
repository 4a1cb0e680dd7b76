import type { JournalEntry } from '../../../../src/api/contract/drills/drills.ts'
import { formatSeconds } from '../../format/format-seconds.ts'
import { linkTo } from '../../shell/route.ts'

/** Times of the last runs as dots, the latest at the right: detected and repaired. The table below has the same in figures. */
export function RunTrend({ drill, entries }: { drill: string; entries: readonly JournalEntry[] }) {
  const runs = entries.toReversed()
  const longestMs = Math.max(0, ...runs.flatMap(({ mttdMs, mttrMs }) => [mttdMs ?? 0, mttrMs ?? 0]))
  if (runs.length < 2 || longestMs === 0) return null
  const bottom = (ms: number) => `${(ms / (longestMs * 1.1)) * 100}%`
  return (
    <figure className="trend">
      <figcaption className="plane-legend">
        <span data-kind="detected">detected</span>
        <span data-kind="repaired">repaired</span>
      </figcaption>
      <div className="trend-plot">
        <span className="trend-top number" aria-hidden="true">
          {formatSeconds(longestMs)}
        </span>
        {runs.map(({ id, mttdMs, mttrMs, verdict, startedAtMs }, index) => (
          <a
            key={id}
            className="trend-run"
            data-verdict={verdict}
            style={{ left: `${((index + 0.5) / runs.length) * 100}%`, width: `${100 / runs.length}%` }}
            href={linkTo('drills', [drill, 'runs', id])}
            title={`${verdict}, ${new Date(startedAtMs).toLocaleString('en-GB')}`}
          >
            <span className="hidden">
              {verdict}
              {mttdMs === null ? '' : `, detected after ${formatSeconds(mttdMs)}`}
              {mttrMs === null ? '' : `, repaired after ${formatSeconds(mttrMs)}`}
            </span>
            {mttdMs !== null && mttrMs !== null && (
              <span
                className="trend-stem"
                style={{ bottom: bottom(Math.min(mttdMs, mttrMs)), height: bottom(Math.abs(mttrMs - mttdMs)) }}
              />
            )}
            {mttdMs !== null && <span className="trend-dot" data-kind="detected" style={{ bottom: bottom(mttdMs) }} />}
            {mttrMs !== null && <span className="trend-dot" data-kind="repaired" style={{ bottom: bottom(mttrMs) }} />}
          </a>
        ))}
      </div>
    </figure>
  )
}
