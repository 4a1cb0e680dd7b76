import { useNow } from '../feed/use-now.ts'
import { useSituation } from '../feed/use-situation.ts'
import { formatAge } from '../format/format-age.ts'
import type { PageProps } from '../page.ts'
import { FaultsInForce } from './faults-in-force.tsx'
import { Halted } from './halted.tsx'
import { Notices } from './notices.tsx'
import { PartPages } from './part-pages.tsx'
import { PartsTable } from './parts-table.tsx'
import { Situation } from './situation.tsx'
import { summarize } from './summarize.ts'
import { Troubles } from './troubles.tsx'

/** Every part and replica, as control sees them. */
export function StackPage({ stack: { view }, trouble }: PageProps) {
  const nowMs = useNow(1_000)
  const situation = useSituation()
  if (view === undefined) {
    return (
      <>
        <h1>Stack</h1>
        <p className="empty">{trouble === undefined ? 'Asking control …' : 'Control has not answered yet.'}</p>
      </>
    )
  }
  return (
    <>
      <h1>Stack</h1>
      <p className="lead" role="status">
        {view.state === 'up' ? '' : `The stack is ${view.state}: `}
        {summarize(view)}
      </p>
      <PartPages services={view.services} folder={view.folder} />
      <Halted halted={view.halted} folder={view.folder} nowMs={nowMs} />
      <Troubles troubles={view.troubles} nowMs={nowMs} />
      <Notices notices={view.notices} />
      <Situation situation={situation} nowMs={nowMs} />
      <FaultsInForce faults={view.faults} folder={view.folder} nowMs={nowMs} />
      <PartsTable view={view} isDown={trouble?.part === 'control'} nowMs={nowMs} />
      <p className="facts">
        Firedrill {view.version} · profile {view.profile} · runtime {view.runtime} · up for{' '}
        {formatAge(nowMs - view.startedAtMs)} · state in <code>{view.folder}</code>
      </p>
    </>
  )
}
