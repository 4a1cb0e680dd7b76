import type { IncidentView } from '../../../src/api/contract.ts'
import { formatClock } from '../format/format-age.ts'
import { linkTo } from '../shell/route.ts'
import { Badge } from '../ui/badge.tsx'
import { Empty } from '../ui/empty.tsx'
import { statusTones, statusWords, whatWasDone } from './incident-words.ts'

/** Incidents as rows that lead to their timelines. */
export function IncidentRows({ incidents }: { incidents: readonly IncidentView[] }) {
  if (incidents.length === 0) {
    return (
      <Empty title="No incidents">
        <p>
          The responder opens one for each alert that it receives. <a href={linkTo('drills')}>A drill</a> makes some.
        </p>
      </Empty>
    )
  }
  return (
    <div className="scroll-x">
      <table className="stacks incidents">
        <caption className="hidden">Incidents</caption>
        <thead>
          <tr>
            <th scope="col">Status</th>
            <th scope="col">Incident</th>
            <th scope="col">What was done</th>
            <th scope="col" className="number">
              Received
            </th>
          </tr>
        </thead>
        <tbody>
          {incidents.map((incident) => (
            <tr key={incident.id}>
              <td>
                <Badge tone={statusTones[incident.status]}>{statusWords[incident.status] ?? incident.status}</Badge>
              </td>
              <th scope="row">
                <a className="name" data-item href={linkTo('alerts', ['incidents', String(incident.number)])}>
                  #{incident.number} {incident.alertname}
                </a>
                <span className="sub">{incident.target}</span>
              </th>
              <td>{whatWasDone(incident)}</td>
              <td className="number">
                <time dateTime={new Date(incident.receivedAtMs).toISOString()}>
                  {formatClock(incident.receivedAtMs)}
                </time>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
