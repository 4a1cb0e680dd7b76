import type { PartKind } from '../../../src/stack/part.ts'
import { useNow } from '../feed/use-now.ts'
import { useSituation } from '../feed/use-situation.ts'
import { formatAge } from '../format/format-age.ts'
import type { PageProps } from '../pages.tsx'
import { commandOn } from './command-on.ts'
import { CopyCommand } from './copy-command.tsx'
import { FaultsInForce } from './faults-in-force.tsx'
import { Halted } from './halted.tsx'
import { Notices } from './notices.tsx'
import { PageLink } from './page-link.tsx'
import { PartRows } from './part-rows.tsx'
import { Situation } from './situation.tsx'
import { summarize } from './summarize.ts'
import { Troubles } from './troubles.tsx'

const KINDS: Record<PartKind, string> = {
  service: 'Services',
  storage: 'Storage',
  network: 'Network',
  monitoring: 'Monitoring',
  responder: 'Responder',
}

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
  const kinds = (Object.keys(KINDS) as PartKind[]).filter((kind) => view.services.some((one) => one.kind === kind))
  return (
    <>
      <h1>Stack</h1>
      <p className="lead" role="status">
        {view.state === 'up' ? '' : `The stack is ${view.state}: `}
        {summarize(view)}
      </p>
      <ul className="part-pages" aria-label="The parts' own pages">
        {view.services.map(
          ({ name, url, asksPassword }) =>
            url !== undefined && (
              <li key={name}>
                {asksPassword ? (
                  <CopyCommand command={commandOn(view.folder, 'open', name)} purpose={`opens ${name}`} />
                ) : (
                  <PageLink url={url}>{name}</PageLink>
                )}
              </li>
            ),
        )}
      </ul>
      <Halted halted={view.halted} folder={view.folder} nowMs={nowMs} />
      <Troubles troubles={view.troubles} nowMs={nowMs} />
      <Notices notices={view.notices} />
      <Situation situation={situation} nowMs={nowMs} />
      <FaultsInForce faults={view.faults} folder={view.folder} nowMs={nowMs} />
      <table className="stack" data-down={trouble?.part === 'control' || undefined}>
        <caption className="hidden">Parts and their replicas</caption>
        <thead>
          <tr>
            <th scope="col">Part</th>
            <th scope="col">State</th>
            <th scope="col" className="number">
              Since
            </th>
            <th scope="col" className="number">
              Restarts
            </th>
          </tr>
        </thead>
        {kinds.map((kind) => (
          <tbody key={kind}>
            <tr className="kind">
              <th scope="rowgroup" colSpan={4}>
                {KINDS[kind]}
              </th>
            </tr>
            {view.services
              .filter((service) => service.kind === kind)
              .map((service) => (
                <PartRows key={service.name} service={service} faults={view.faults} nowMs={nowMs} />
              ))}
          </tbody>
        ))}
      </table>
      <p className="facts">
        Firedrill {view.version} · profile {view.profile} · runtime {view.runtime} · up for{' '}
        {formatAge(nowMs - view.startedAtMs)} · state in <code>{view.folder}</code>
      </p>
    </>
  )
}
