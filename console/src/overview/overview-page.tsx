import { Halted } from '../faults/halted.tsx'
import { useNowOf } from '../feed/use-now-of.ts'
import { usePoll } from '../feed/use-poll.ts'
import { useSituation } from '../feed/use-situation.ts'
import { StackMap } from '../map/stack-map.tsx'
import { useMap } from '../map/use-map.ts'
import type { PageProps } from '../page.ts'
import { linkTo } from '../shell/route.ts'
import { Notices } from '../stack/notices.tsx'
import { summarize } from '../stack/summarize.ts'
import { Troubles } from '../stack/troubles.tsx'
import { AlertsTile } from './alerts-tile.tsx'
import { BudgetsTile } from './budgets-tile.tsx'
import { FaultsTile } from './faults-tile.tsx'
import { FirstDrill } from './first-drill.tsx'
import { LastDrills } from './last-drills.tsx'
import { NextSteps } from './next-steps.tsx'
import { StackTile } from './stack-tile.tsx'
import { UnderWayTile } from './under-way-tile.tsx'
import '../styles/overview.css'

const JOURNALS_EVERY_MS = 5_000
const SHOWN_JOURNALS = 8

/** What runs, what is broken on purpose, what fires, what is left of the budgets, how the last drills went; and where to begin. */
export function OverviewPage(props: PageProps) {
  const { view } = props.stack
  if (view !== undefined) return <Known {...props} view={view} />
  return (
    <>
      <h1>Overview</h1>
      <p className="empty">{props.trouble === undefined ? 'Asking control …' : 'Control has not answered yet.'}</p>
    </>
  )
}

function Known({ view, stack, trouble }: PageProps & { view: NonNullable<PageProps['stack']['view']> }) {
  const nowMs = useNowOf(stack)
  const feed = useMap(view, nowMs)
  const situation = useSituation()
  const journals = usePoll('journals', { query: { limit: SHOWN_JOURNALS } }, { everyMs: JOURNALS_EVERY_MS })
  const isDown = trouble?.part === 'control'
  const isNew = journals.value?.total === 0
  return (
    <>
      <h1>Overview</h1>
      <p className="lead" role="status">
        {view.state === 'up' ? '' : `The stack is ${view.state}: `}
        {summarize(view)}
      </p>
      <Halted halted={view.halted} folder={view.folder} nowMs={nowMs} />
      <Troubles troubles={view.troubles} nowMs={nowMs} />
      <Notices notices={view.notices} />
      {journals.value !== undefined && isNew && <FirstDrill isNew />}
      <div className="tiles" data-down={isDown || undefined}>
        <StackTile view={view} usage={feed.input.usage} />
        <FaultsTile faults={view.faults} nowMs={nowMs} />
        <AlertsTile situation={situation} nowMs={nowMs} />
        <BudgetsTile />
        <UnderWayTile situation={situation} load={feed.load} />
      </div>
      <h2>
        <a href={linkTo('stack')}>Map</a>
      </h2>
      <StackMap feed={feed} isDown={isDown} />
      {isNew ? <NextSteps /> : <LastDrills journals={journals} nowMs={nowMs} />}
      {journals.value !== undefined && !isNew && <FirstDrill isNew={false} />}
    </>
  )
}
