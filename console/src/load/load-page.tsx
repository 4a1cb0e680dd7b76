import '../styles/load.css'
import type { PageProps } from '../page.ts'
import { useAddress } from '../shell/use-address.ts'
import { CompareLoads } from './compare/compare-loads.tsx'
import { NewLoad } from './form/new-load.tsx'
import { LoadsList } from './loads-list.tsx'
import { OneLoad } from './one-load.tsx'

/** Loads: the list, one that is to be started, one that runs or has ended, and two beside each other. */
export function LoadPage({ stack: { view } }: PageProps) {
  const {
    rest: [id],
    query,
  } = useAddress()
  const other = query.get('with')
  if (id === undefined) return <LoadsList />
  if (id === 'new') return <NewLoad stack={view} />
  if (other !== null) return <CompareLoads before={id} after={other} />
  return <OneLoad key={id} id={id} stack={view} />
}
