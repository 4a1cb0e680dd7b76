import type { StackView } from '../../../src/api/contract.ts'
import { Halted } from '../faults/halted.tsx'
import { useNowOf } from '../feed/use-now-of.ts'
import { usePoll } from '../feed/use-poll.ts'
import { useSituation } from '../feed/use-situation.ts'
import { StackMap } from '../map/stack-map.tsx'
import { useMap } from '../map/use-map.ts'
import type { PageProps } from '../page.ts'
import { linkTo } from '../shell/route.ts'
import { Notices } from '../stack/notices.tsx'
import { Troubles } from '../stack/troubles.tsx'
import { WhenKnown } from '../ui/when-known.tsx'
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
  return (
    <WhenKnown title="Overview" {...props}>
      {(view) => <Known view={view} stack={props.stack} />}
    </WhenKnown>
  )
}

function Known({ view, stack }: Pick<PageProps, 'stack'> & { view: StackView }) {
  const nowMs = useNowOf(stack)
  const feed = useMap(view, nowMs)
  const situation = useSituation()
  const journals = usePoll('journals', { query: { limit: SHOWN_JOURNALS } }, { everyMs: JOURNALS_EVERY_MS })
  const isNew = journals.value?.total === 0
  const underWay = situation?.runs.map(({ kind, pid }) => `${kind} ${pid}`).join() ?? ''
  return (
    <>
      <h1>Overview</h1>
      <Halted halted={view.halted} folder={view.folder} nowMs={nowMs} />
      <Troubles troubles={view.troubles} nowMs={nowMs} />
      {journals.value !== undefined && isNew && <FirstDrill isNew underWay={underWay} />}
      <div className="tiles">
        <StackTile view={view} usage={feed.input.usage} />
        <FaultsTile faults={view.faults} nowMs={nowMs} />
        <AlertsTile situation={situation} nowMs={nowMs} />
        <UnderWayTile situation={situation} load={feed.load} />
        <BudgetsTile />
      </div>
      <div className="overview-halves">
        <div>
          <h2>
            <a href={linkTo('stack')}>Map</a>
          </h2>
          <StackMap feed={feed} />
        </div>
        <div>
          {isNew ? <NextSteps /> : <LastDrills journals={journals} nowMs={nowMs} />}
          {journals.value !== undefined && !isNew && <FirstDrill isNew={false} underWay={underWay} />}
        </div>
      </div>
      <Notices notices={view.notices} />
    </>
  )
}
