import type { StackView } from '../../../src/api/contract.ts'
import type { ServiceStatus } from '../../../src/runtimes/runtime.ts'
import { FaultsInForce } from '../faults/faults-in-force.tsx'
import { LogTail } from '../log/log-tail.tsx'
import { CONTROL } from '../map/map-layout.ts'
import type { MapFeed } from '../map/use-map.ts'
import { linkTo } from '../shell/route.ts'
import { useAddress, useSetQuery } from '../shell/use-address.ts'
import { PartPages } from '../stack/part-pages.tsx'
import { versionOf } from '../stack/part-rows.tsx'
import { StackFacts } from '../stack/stack-facts.tsx'
import { commandOn } from '../ui/command-on.ts'
import { Empty } from '../ui/empty.tsx'
import { PartLinks } from './part-links.tsx'
import { ReplicaTable } from './replica-table.tsx'
import { ScaleForm } from './scale-form.tsx'
import '../styles/part.css'

/** One part: its replicas with all that can be done to them, whom it talks to, the faults in it, the end of its log. */
export function PartPage({ name, view, feed }: PartPageProps) {
  const service = view.services.find((one) => one.name === name)
  return (
    <>
      <p className="crumb">
        <a href={linkTo('stack')}>Stack</a> /
      </p>
      <h1>{name}</h1>
      {service !== undefined && <Part service={service} view={view} feed={feed} />}
      {service === undefined && name === CONTROL && <Control view={view} feed={feed} />}
      {service === undefined && name !== CONTROL && (
        <Empty title={`This stack has no part ${name}`}>
          <a href={linkTo('stack')}>All parts</a>
        </Empty>
      )}
    </>
  )
}

interface PartPageProps {
  name: string
  view: StackView
  feed: MapFeed
}

function Part({ service, view, feed }: Omit<PartPageProps, 'name'> & { service: ServiceStatus }) {
  const { name, summary, replicas, maxReplicas, configured } = service
  const { query } = useAddress()
  const setQuery = useSetQuery()
  const { nowMs, usage } = feed.input
  const chosen = replicas.find(({ id }) => id === query.get('replica')) ?? replicas[0]
  const canScale = feed.topology?.capabilities.canScale === true && maxReplicas > 1
  return (
    <>
      <p className="lead">
        {summary} · version {versionOf(name, view)}
        {configured !== undefined && ` · settings changed: ${configured.join(', ')}`}
      </p>
      <FaultsInForce
        faults={view.faults.filter((fault) => fault.service === name)}
        folder={view.folder}
        nowMs={nowMs}
      />
      <ReplicaTable service={service} view={view} feed={feed} />
      <div className="part-tools">
        {canScale && <ScaleForm service={service} />}
        <a className="button" href={linkTo('faults', [], { service: name, only: 'target' })}>
          Inject a fault
        </a>
        <PartPages services={[service]} folder={view.folder} />
      </div>
      <PartLinks name={name} links={feed.topology?.links ?? []} />
      {chosen !== undefined && (
        <section aria-labelledby="log">
          <div className="log-head">
            <h2 id="log">Log of {chosen.id}</h2>
            {replicas.length > 1 && (
              <select
                className="field"
                aria-label="Replica"
                value={chosen.id}
                onChange={(event) => setQuery({ replica: event.currentTarget.value })}
              >
                {replicas.map(({ id }) => (
                  <option key={id}>{id}</option>
                ))}
              </select>
            )}
          </div>
          <LogTail
            key={chosen.id}
            service={name}
            replica={chosen.id}
            command={commandOn(view.folder, 'logs', chosen.id, '--follow')}
          />
        </section>
      )}
      {usage?.problems.map((problem) => (
        <p className="facts" key={problem}>
          Not known whether it is scraped: {problem}
        </p>
      ))}
    </>
  )
}

function Control({ view, feed }: Pick<PartPageProps, 'view' | 'feed'>) {
  return (
    <>
      <p className="lead">
        runs the stack, holds its faults, and serves this page · process {view.pid} · {view.url}
      </p>
      <PartLinks name={CONTROL} links={feed.topology?.links ?? []} />
      <h2>Components</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">Component</th>
            <th scope="col">Version</th>
            <th scope="col">From</th>
          </tr>
        </thead>
        <tbody>
          {Object.entries(view.components).map(([component, { version, source }]) => (
            <tr key={component}>
              <th scope="row">{component}</th>
              <td>{version}</td>
              <td>{source}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <StackFacts view={view} nowMs={feed.input.nowMs} />
    </>
  )
}
