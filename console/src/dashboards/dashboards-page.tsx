import type { DashboardsView } from '../../../src/api/contract.ts'
import type { Failure } from '../feed/call.ts'
import { usePoll } from '../feed/use-poll.ts'
import type { PageProps } from '../page.ts'
import { linkTo } from '../shell/route.ts'
import { useAddress } from '../shell/use-address.ts'
import '../styles/dashboards.css'
import { Empty } from '../ui/empty.tsx'
import { PageLink } from '../ui/page-link.tsx'
import { DashboardGrid } from './dashboard-grid.tsx'
import { DashboardTools } from './dashboard-tools.tsx'
import { Marks } from './marks.tsx'
import { type Dashboard, useDashboard } from './use-dashboard.ts'

/** What is measured, over time: one dashboard at a time, the same ones that Grafana is given. */
export function DashboardsPage({ stack, trouble }: PageProps) {
  const { rest, query } = useAddress()
  const name = rest[0] ?? 'overview'
  const all = usePoll('dashboards', {}, { everyMs: undefined })
  const startedAtMs = stack.view?.startedAtMs
  const dashboard = useDashboard(name, startedAtMs === undefined ? undefined : Date.now() - startedAtMs)
  const { view, data, polledView, polledData } = dashboard
  const failure = polledView.failure ?? polledData.failure
  const grafana = stack.view?.services.find((service) => service.name === 'grafana')?.url
  const isOld = trouble?.part === 'control' || polledData.failure !== undefined
  return (
    <div className="dashboards">
      <h1>Dashboards{view !== undefined && <span className="hidden">: {view.title}</span>}</h1>
      <Choices all={all.value} name={name} query={query} />
      {view !== undefined && (
        <p className="dashboard-about">
          {view.description}
          {grafana !== undefined && (
            <>
              {' '}
              <PageLink url={new URL(`/d/${view.uid}`, grafana).href}>Open in Grafana</PageLink>
            </>
          )}
        </p>
      )}
      {failure?.code === 'FD_DASHBOARD_UNKNOWN' ? (
        <Empty title={`There is no dashboard “${name}”`}>
          <a href={linkTo('dashboards', ['overview'])}>Open the first one</a>
        </Empty>
      ) : (
        <>
          <DashboardTools dashboard={dashboard} />
          <State view={view} data={data} failure={failure} />
          <DashboardGrid key={name} dashboard={dashboard} isOld={isOld} />
        </>
      )}
    </div>
  )
}

/** One line whose height stays: what goes on, or why nothing is known. */
function State({ view, data, failure }: Pick<Dashboard, 'view' | 'data'> & { failure: Failure | undefined }) {
  // That control is gone stands above every page.
  if (failure !== undefined && !failure.silent)
    return (
      <p className="marks marks-failure" role="alert">
        {failure.code !== undefined && <code>{failure.code}</code>} {failure.detail}. The panels show what was known
        before.
      </p>
    )
  const hasData = view === undefined || view.rows.some(({ panels }) => panels.some(({ kind }) => kind !== 'text'))
  return hasData ? <Marks marks={data?.marks} /> : null
}

/** All dashboards. The time range goes along; what is chosen does not: the next one has other series. */
function Choices({ all, name, query }: { all: DashboardsView | undefined; name: string; query: URLSearchParams }) {
  const kept = Object.fromEntries(
    ['range', 'from', 'to', 'refresh'].map((field) => [field, query.get(field) ?? undefined]),
  )
  return (
    <nav aria-label="Dashboards" className="tabs dashboard-tabs">
      {all?.dashboards.map((one) => (
        <a
          key={one.name}
          href={linkTo('dashboards', [one.name], kept)}
          title={one.description}
          aria-current={one.name === name ? 'page' : undefined}
        >
          {one.title}
        </a>
      ))}
    </nav>
  )
}
