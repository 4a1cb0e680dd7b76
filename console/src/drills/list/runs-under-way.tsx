import type { RunSummary } from '../../../../src/api/contract/drills/runs.ts'
import { useNow } from '../../feed/use-now.ts'
import { usePoll } from '../../feed/use-poll.ts'
import { formatAge } from '../../format/format-age.ts'
import { linkTo } from '../../shell/route.ts'
import { Badge } from '../../ui/badge.tsx'

/** The runs that are under way, from the console or a terminal. Renders nothing when there is none. */
export function RunsUnderWay({ drill }: { drill?: string }) {
  const { value } = usePoll('runs', {}, { everyMs: 1_500 })
  const nowMs = useNow(1_000)
  const runs = (value?.runs ?? []).filter((run) => isUnderWay(run) && (drill === undefined || run.drill.name === drill))
  return runs.map(({ id, drill: of, phase, startedAtMs, startedBy, position }) => (
    <a key={id} className="card under-way" href={linkTo('drills', [of.name, 'runs', id])}>
      <Badge tone="fault">under way</Badge>
      <strong>{of.title === '' ? of.name : of.title}</strong>
      <span className="sub">
        {phase === '' ? 'starts' : phase}, {formatAge(nowMs - startedAtMs)}, from{' '}
        {startedBy === 'console' ? 'the console' : 'a terminal'}
        {position.count > 1 ? `, run ${position.index + 1} of ${position.count}` : ''}
      </span>
      <span className="under-way-open">Watch it →</span>
    </a>
  ))
}

function isUnderWay({ state }: RunSummary): boolean {
  return state === 'starting' || state === 'running'
}
