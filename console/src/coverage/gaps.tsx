import type { ReactNode } from 'react'
import type { CoverageView } from '../../../src/api/contract.ts'
import { linkTo } from '../shell/route.ts'
import { causeOf, cellText } from './cells.ts'

/** The margins of the matrix: faults that nobody saw, alerts that no drill fired, alerts that fired and that nobody expected. */
export function Gaps({
  view: { unseenFaults, alerts, unaskedAlerts, alwaysFiring, pagingNobody },
}: {
  view: CoverageView
}) {
  const unfired = alerts.filter(({ fired }) => !fired)
  return (
    <div className="gaps">
      <Gap title="Faults that nobody saw" good="Every fault was seen." count={unseenFaults.length}>
        {unseenFaults.map((fault) => (
          <li key={causeOf(fault)}>
            <a href={linkTo('coverage', [], { cell: cellText(fault, '') })}>{causeOf(fault)}</a>
            <span className="sub">
              done in {fault.runs === 1 ? '1 run' : `${fault.runs} runs`}, and no person was notified
            </span>
          </li>
        ))}
      </Gap>
      <Gap title="Alerts that no drill fired" good="Every alert has fired." count={unfired.length}>
        {unfired.map(({ name, severity }) => (
          <li key={name}>
            <a href={linkTo('alerts', ['rules'], { q: name })}>{name}</a> <span className="sub inline">{severity}</span>
          </li>
        ))}
      </Gap>
      <Gap title="Alerts that fired unasked" good="No alert surprised a drill." count={unaskedAlerts.length}>
        {unaskedAlerts.map(({ alert, count, drills }) => (
          <li key={alert}>
            <a href={linkTo('alerts', ['rules'], { q: alert })}>{alert}</a>
            <span className="sub">
              in {count === 1 ? '1 run' : `${count} runs`}: {drills.join('; ')}
            </span>
          </li>
        ))}
      </Gap>
      {(alwaysFiring.length > 0 || pagingNobody.length > 0) && (
        <p className="sub gaps-note">
          Not counted: {[...alwaysFiring, ...pagingNobody].join(', ')}. They always fire, or notify nobody.
        </p>
      )}
    </div>
  )
}

interface GapProps {
  title: string
  /** Said when there is no such gap. */
  good: string
  count: number
  children: ReactNode
}

/** Long lists are closed at first: the number is the news. */
function Gap({ title, good, count, children }: GapProps) {
  if (count === 0) {
    return (
      <section className="card gap" data-good>
        <h2>{title}</h2>
        <p>{good}</p>
      </section>
    )
  }
  return (
    <section className="card gap">
      <h2>
        {title} <span className="tab-count">{count}</span>
      </h2>
      {count <= MOST_OPEN ? (
        <ul>{children}</ul>
      ) : (
        <details>
          <summary>Show them</summary>
          <ul>{children}</ul>
        </details>
      )}
    </section>
  )
}

const MOST_OPEN = 8
