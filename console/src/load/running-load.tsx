import type { LoadHead } from '../../../src/api/contract.ts'
import { useNow } from '../feed/use-now.ts'
import { formatAge } from '../format/format-age.ts'
import { formatCount, formatMs, formatPercent, formatRate } from '../format/format-figure.ts'
import { linkTo } from '../shell/route.ts'
import { Badge } from '../ui/badge.tsx'
import { errorRatio, meanRate, planText } from './load-words.ts'
import { StopLoad } from './stop-load.tsx'

/** A load that runs, in a card: how far it is, and its figures so far. */
export function RunningLoad({ head, onStopped }: { head: LoadHead; onStopped(): void }) {
  const { id, journey, drill, plan, users, total } = head
  return (
    <article className="card running-load" aria-label={`Running: ${journey}`}>
      <div className="toolbar">
        <a className="name" href={linkTo('load', [id])} data-item>
          {journey}
        </a>
        <Badge tone="fault">running</Badge>
        <span className="sub">{planText(plan)}</span>
        {drill !== null && (
          <a className="sub" href={linkTo('drills', [drill])}>
            of the drill {drill}
          </a>
        )}
        <span className="end">
          <StopLoad head={head} onStopped={onStopped} />
        </span>
      </div>
      <LoadProgress head={head} />
      <dl className="tiles">
        <Tile name="Users" value={formatCount(users)} />
        <Tile name="Requests per second" value={formatRate(meanRate(head))} />
        <Tile name="Failed" value={formatPercent(errorRatio(total))} isBad={total.failures > 0} />
        <Tile name="p95" value={total.latencyMs === null ? '–' : formatMs(total.latencyMs.p95)} />
      </dl>
    </article>
  )
}

/** One figure with its name. */
export function Tile({ name, value, note, isBad = false }: TileProps) {
  return (
    <div>
      <dt>{name}</dt>
      <dd data-tone={isBad ? 'bad' : undefined}>{value}</dd>
      {note !== undefined && <dd className="sub">{note}</dd>}
    </div>
  )
}

interface TileProps {
  name: string
  value: string
  note?: string
  isBad?: boolean
}

/** How much of its time a load has run. */
export function LoadProgress({
  head: { startedAtMs, durationMs },
}: {
  head: Pick<LoadHead, 'startedAtMs' | 'durationMs'>
}) {
  const ranMs = Math.max(0, useNow(1_000) - startedAtMs)
  if (durationMs === null) return <p className="sub">Runs for {formatAge(ranMs)}; it ends with its drill</p>
  return (
    <div className="load-progress">
      <progress max={durationMs} value={Math.min(durationMs, ranMs)} aria-label="Time of the load that is over" />
      <span className="sub number">
        {formatAge(Math.min(durationMs, ranMs))} of {formatAge(durationMs)}
      </span>
    </div>
  )
}
