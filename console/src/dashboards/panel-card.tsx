import { memo, useId, useRef } from 'react'
import type { DashboardData, PanelData, PanelView } from '../../../src/api/contract.ts'
import { useSetQuery } from '../shell/use-address.ts'
import { Badge } from '../ui/badge.tsx'
import { PanelAbout } from './panel-about.tsx'
import { FigurePanel } from './panels/figure-panel.tsx'
import { GraphPanel } from './panels/graph-panel.tsx'
import { ListPanel } from './panels/list-panel.tsx'
import { NoData } from './panels/no-data.tsx'
import type { PanelBodyProps } from './panels/panel-body.ts'
import { StatesPanel } from './panels/states-panel.tsx'
import { TextPanel } from './panels/text-panel.tsx'
import { useOnScreen } from './use-on-screen.ts'

/** One panel with its title, what is known about it, and what it shows. What is not on the screen is not drawn again. */
export function PanelCard({ dashboard, panel, data, asked, firing, isAlone }: PanelCardProps) {
  const title = useId()
  const about = useId()
  const card = useRef<HTMLElement>(null)
  const isOnScreen = useOnScreen(card)
  const drawn = useRef(data)
  if (isOnScreen || drawn.current === undefined) drawn.current = data
  const kind = panel.kind === 'list' && panel.width < 24 ? 'graph' : panel.kind
  return (
    <article
      ref={card}
      className="panel"
      data-kind={kind}
      data-width={isAlone ? 24 : panel.width}
      aria-labelledby={title}
      tabIndex={-1}
      data-item
    >
      <header className="panel-head">
        <h3 id={title} title={panel.description}>
          {panel.title}
        </h3>
        {firing.map((alert) => (
          <Badge key={alert} tone="bad">
            {alert} fires
          </Badge>
        ))}
        {panel.kind !== 'text' && (
          <PanelAbout id={about} dashboard={dashboard} panel={panel} asked={asked} isAlone={isAlone} />
        )}
      </header>
      <PanelContent panel={panel} data={drawn.current} about={about} isAlone={isAlone} />
    </article>
  )
}

interface PanelCardProps {
  /** Its name. */
  dashboard: string
  panel: PanelView
  data: DashboardData | undefined
  /** What is chosen and the time range, as the API takes them. */
  asked: Record<string, string | number>
  /** Alerts that are judged by it and fire now. */
  firing: readonly string[]
  isAlone: boolean
}

const PanelContent = memo(function PanelContent({ panel, data, about, isAlone }: ContentProps) {
  const setQuery = useSetQuery()
  if (panel.kind === 'text') return <TextPanel content={panel.content} />
  if (data === undefined) return <div className="placeholder panel-body" />
  const own = data.panels.find(({ name }) => name === panel.name)
  if (own === undefined || own.failure !== undefined || !hasValues(own)) {
    return <NoData quiet={panel.quiet} failure={own?.failure} about={about} />
  }
  const zoom = (fromMs: number, toMs: number) =>
    setQuery({ from: String(Math.round(fromMs)), to: String(Math.round(toMs)), range: undefined })
  const props: PanelBodyProps = { data, series: own.series, isAlone, onZoom: zoom }
  return (
    <div className="panel-body">
      {panel.kind === 'figure' && <FigurePanel panel={panel} {...props} />}
      {panel.kind === 'graph' && <GraphPanel panel={panel} {...props} />}
      {panel.kind === 'list' && <ListPanel panel={panel} {...props} />}
      {panel.kind === 'states' && <StatesPanel panel={panel} {...props} />}
      {own.more !== undefined && <p className="panel-more">{own.more} more series are not shown.</p>}
    </div>
  )
})

interface ContentProps {
  panel: PanelView
  data: DashboardData | undefined
  /** Id of the popover that says why a panel is empty. */
  about: string
  isAlone: boolean
}

function hasValues({ series }: PanelData): boolean {
  return series.some(({ values }) => values.some((value) => value !== null))
}
