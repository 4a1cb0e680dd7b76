import type { JournalsView } from '../../../src/api/contract.ts'
import type { Polled } from '../feed/use-poll.ts'
import { formatAge } from '../format/format-age.ts'
import { linkTo } from '../shell/route.ts'
import { Badge, verdictTone } from '../ui/badge.tsx'
import { Waiting } from '../ui/waiting.tsx'

/** How the last runs went. */
export function LastDrills({ journals, nowMs }: { journals: Polled<JournalsView>; nowMs: number }) {
  return (
    <>
      <h2>
        <a href={linkTo('drills')}>Last drills</a>
      </h2>
      <Waiting for={journals} height="14rem">
        {(value) => (
          <table className="last-drills">
            <thead>
              <tr>
                <th scope="col">Drill</th>
                <th scope="col">Verdict</th>
                <th scope="col" className="number" title="From the injection until the responder received the alert">
                  Received
                </th>
                <th
                  scope="col"
                  className="number"
                  title="From the injection until all was good again, and each replica that was hit ready again"
                >
                  Good again
                </th>
                <th scope="col" className="number">
                  Ago
                </th>
              </tr>
            </thead>
            <tbody>
              {value.journals.map(({ id, drill, verdict, mttdMs, mttrMs, startedAtMs }) => (
                <tr key={id}>
                  <th scope="row">
                    <a className="name" href={linkTo('drills', [drill.name, 'runs', id])} data-item>
                      {drill.name}
                    </a>
                    <span className="sub">{drill.title}</span>
                  </th>
                  <td>
                    <Badge tone={verdictTone[verdict] ?? 'none'}>{verdict}</Badge>
                  </td>
                  <td className="number">{seconds(mttdMs)}</td>
                  <td className="number">{seconds(mttrMs)}</td>
                  <td className="number">{formatAge(nowMs - startedAtMs)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Waiting>
    </>
  )
}

function seconds(ms: number | null): string {
  return ms === null ? '–' : `${(ms / 1_000).toFixed(2)} s`
}
