import type { PageProps } from '../page.ts'
import { useAddress } from '../shell/use-address.ts'
import { DrillDetail } from './detail/drill-detail.tsx'
import { DrillList } from './list/drill-list.tsx'
import { RunPage } from './run/run-page.tsx'
import '../styles/drills.css'
import '../styles/drill-run.css'

/** The list of drills, one drill, or one run of it, by the address: #/drills/NAME/runs/ID. */
export function DrillsPage({ stack }: PageProps) {
  const { rest } = useAddress()
  const [drill, runs, id] = rest
  if (drill === undefined) return <DrillList folder={stack.view?.folder} />
  if (runs === 'runs' && id !== undefined) return <RunPage key={drill} drill={drill} id={id} />
  return <DrillDetail key={drill} name={drill} folder={stack.view?.folder} />
}
