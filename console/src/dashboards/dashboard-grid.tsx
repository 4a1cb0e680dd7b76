import type { DashboardData, PanelView } from '../../../src/api/contract.ts'
import { useAddress } from '../shell/use-address.ts'
import { Empty } from '../ui/empty.tsx'
import { PanelCard } from './panel-card.tsx'
import type { Dashboard } from './use-dashboard.ts'

/** The panels of a dashboard, in its rows. `q` in the address narrows them, `panel` shows one alone. */
export function DashboardGrid({ dashboard, isOld }: { dashboard: Dashboard; isOld: boolean }) {
  const { view, data, asked } = dashboard
  const { query } = useAddress()
  if (view === undefined) return <GridPlaceholder />
  const alone = query.get('panel') ?? undefined
  const words = (query.get('q') ?? '').toLowerCase()
  const isShown = (panel: PanelView) => (alone === undefined ? matches(panel, words) : panel.name === alone)
  const rows = view.rows.map(({ title, panels }) => ({ title, panels: panels.filter(isShown) }))
  const found = rows.filter(({ panels }) => panels.length > 0)
  if (found.length === 0)
    return <Empty title="No panel fits">Its title, its text or its query would have to have “{alone ?? words}”.</Empty>
  const firing = firingIn(data)
  return found.map(({ title, panels }) => (
    <section key={title} className="dashboard-row" data-old={isOld || undefined} aria-label={title}>
      <h2>{title}</h2>
      <div className="dashboard-grid">
        {panels.map((panel) => (
          <PanelCard
            key={panel.name}
            dashboard={view.name}
            panel={panel}
            data={data}
            asked={asked}
            firing={panel.kind === 'text' ? [] : panel.alerts.filter((alert) => firing.has(alert))}
            isAlone={alone !== undefined}
          />
        ))}
      </div>
    </section>
  ))
}

function matches(panel: PanelView, words: string): boolean {
  const text = panel.kind === 'text' ? panel.content : panel.queries.join(' ')
  return words === '' || `${panel.title} ${panel.description} ${text}`.toLowerCase().includes(words)
}

/** Names of the alerts that fire at the end of what is shown. */
function firingIn(data: DashboardData | undefined): Set<string> {
  const marks = data?.marks.filter(({ kind, toMs }) => kind === 'alert' && toMs >= data.toMs) ?? []
  return new Set(marks.map(({ label }) => label.split(' ')[0] ?? ''))
}

/** About as high as the first rows of a dashboard, so that nothing jumps when they come. */
function GridPlaceholder() {
  return (
    <div className="dashboard-grid" role="status">
      <span className="hidden">Loading …</span>
      {[4, 4, 4, 4, 4, 4, 12, 12].map((width, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all the same, and never change
        <div key={at} className="placeholder" data-width={width} style={{ height: width === 4 ? '8.5rem' : '24rem' }} />
      ))}
    </div>
  )
}
