import type { StackView } from '../../../src/api/contract.ts'
import { FaultsInForce } from '../faults/faults-in-force.tsx'
import { Halted } from '../faults/halted.tsx'
import { useNowOf } from '../feed/use-now-of.ts'
import { StackMap } from '../map/stack-map.tsx'
import { useMap } from '../map/use-map.ts'
import type { PageProps } from '../page.ts'
import { PartPage } from '../part/part-page.tsx'
import { useAddress } from '../shell/use-address.ts'
import { FilterField } from '../ui/filter-field.tsx'
import { WhenKnown } from '../ui/when-known.tsx'
import { MachineLine } from './machine-line.tsx'
import { Notices } from './notices.tsx'
import { PartPages } from './part-pages.tsx'
import { PartsTable } from './parts-table.tsx'
import { StackFacts } from './stack-facts.tsx'
import { summarize } from './summarize.ts'
import { Troubles } from './troubles.tsx'
import '../styles/stack.css'

/** Every part and replica, as control sees them: on the map, in the table, and each on a page of its own. */
export function StackPage(props: PageProps) {
  return (
    <WhenKnown title="Stack" {...props}>
      {(view) => <Known view={view} stack={props.stack} />}
    </WhenKnown>
  )
}

function Known({ view, stack }: Pick<PageProps, 'stack'> & { view: StackView }) {
  const nowMs = useNowOf(stack)
  const feed = useMap(view, nowMs)
  const { rest, query } = useAddress()
  const [part] = rest
  if (part !== undefined) return <PartPage name={part} view={view} feed={feed} />
  return (
    <>
      <h1>Stack</h1>
      <p className="lead" role="status">
        {summarize(view)}
      </p>
      <Halted halted={view.halted} folder={view.folder} nowMs={nowMs} />
      <Troubles troubles={view.troubles} nowMs={nowMs} />
      <Notices notices={view.notices} />
      <FaultsInForce faults={view.faults} folder={view.folder} nowMs={nowMs} />
      <div className="stack-halves">
        <div className="stack-map">
          <h2 className="hidden">Map</h2>
          <StackMap feed={feed} />
        </div>
        <div>
          <h2>Parts</h2>
          <div className="toolbar">
            <FilterField label="Filter parts" />
            <MachineLine usage={feed.input.usage} />
          </div>
          <PartsTable view={view} usage={feed.input.usage} filter={query.get('q') ?? ''} nowMs={nowMs} />
        </div>
      </div>
      <h2>Their own pages</h2>
      <PartPages services={view.services} folder={view.folder} />
      <StackFacts view={view} nowMs={nowMs} />
    </>
  )
}
