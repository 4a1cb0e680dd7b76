import { useState } from 'react'
import type { PanelView } from '../../../src/api/contract.ts'
import { linkTo } from '../shell/route.ts'
import { useAddress } from '../shell/use-address.ts'
import { WhyEmpty } from './why-empty.tsx'

/** What is known about a panel, in a popover: what it shows, the alerts that are judged by it, its queries, and why it may be empty. */
export function PanelAbout({ id, dashboard, panel, asked, isAlone }: PanelAboutProps) {
  const { query } = useAddress()
  const [openedMs, setOpenedMs] = useState<number>()
  const alone = linkTo('dashboards', [dashboard], { ...Object.fromEntries(query), q: undefined, panel: panel.name })
  return (
    <>
      <button
        type="button"
        className="panel-button"
        popoverTarget={id}
        aria-label={`About ${panel.title}`}
        title="About this panel"
      >
        <span aria-hidden="true">⋯</span>
      </button>
      <div
        id={id}
        popover="auto"
        className="dialog panel-about"
        onToggle={({ newState }) => setOpenedMs(newState === 'open' ? Date.now() : undefined)}
      >
        {openedMs !== undefined && (
          <>
            <h2>{panel.title}</h2>
            <p>{panel.description}</p>
            {panel.alerts.length > 0 && (
              <p>
                Judged by it:{' '}
                {panel.alerts.map((alert, at) => (
                  <span key={alert}>
                    {at > 0 && ', '}
                    <a href={linkTo('dashboards', ['runbooks'], { panel: alert })}>{alert}</a>
                  </span>
                ))}{' '}
                (the links lead to the runbooks).
              </p>
            )}
            <WhyEmpty dashboard={dashboard} panel={panel.name} asked={asked} openedMs={openedMs} />
            <details>
              <summary>{panel.queries.length === 1 ? 'Its query' : `Its ${panel.queries.length} queries`}</summary>
              {panel.queries.map((expr) => (
                <pre key={expr} className="panel-query">
                  <code>{expr}</code>
                </pre>
              ))}
            </details>
            <div className="dialog-buttons">
              {!isAlone && (
                <a className="button" href={alone}>
                  Show it alone
                </a>
              )}
              <button type="button" className="button" popoverTarget={id} popoverTargetAction="hide">
                Close
              </button>
            </div>
          </>
        )}
      </div>
    </>
  )
}

interface PanelAboutProps {
  /** Of the popover. */
  id: string
  dashboard: string
  panel: Exclude<PanelView, { kind: 'text' }>
  asked: Record<string, string | number>
  isAlone: boolean
}
