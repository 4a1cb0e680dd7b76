import type { DrillOutline } from '../../../../src/api/contract/drills/drills.ts'
import { formatAge } from '../../format/format-age.ts'
import { secondsOrDash } from '../../format/format-seconds.ts'
import { linkTo } from '../../shell/route.ts'
import { Badge, verdictTone } from '../../ui/badge.tsx'
import { lastVerdict } from './order-drills.ts'
import { VerdictStrip } from './verdict-strip.tsx'

/** One drill in the list: what it does, and how it went lately. */
export function DrillRow({ drill, nowMs }: { drill: DrillOutline; nowMs: number }) {
  const { name, title, faults, targets, alerts, last, recent } = drill
  const verdict = lastVerdict(drill)
  return (
    <li className="drill-row" data-verdict={verdict}>
      <div className="drill-verdict">
        <Badge tone={verdictTone[verdict] ?? 'none'}>{verdict}</Badge>
        {last !== null && <span className="sub">{formatAge(nowMs - last.startedAtMs)} ago</span>}
      </div>
      <div className="drill-what">
        <a href={linkTo('drills', [name])} data-item className="name">
          {title === '' ? name : title}
        </a>
        <span className="sub">
          <code>{name}</code>
          {faults.length > 0 && ` · ${[...new Set(faults)].join(', ')} of ${[...new Set(targets)].join(', ')}`}
          {alerts.length > 0 && ` · expects ${[...new Set(alerts)].join(', ')}`}
        </span>
        {last !== null && verdict !== 'held' && last.reasons[0] !== undefined && (
          <span className="drill-reason" data-tone={verdictTone[verdict]}>
            {last.reasons[0]}
          </span>
        )}
      </div>
      {last !== null && (
        <>
          <dl className="drill-times">
            <div>
              <dt>detected</dt>
              <dd className="number">{secondsOrDash(last.mttdMs)}</dd>
            </div>
            <div>
              <dt>repaired</dt>
              <dd className="number">{secondsOrDash(last.mttrMs)}</dd>
            </div>
          </dl>
          <VerdictStrip drill={name} recent={recent} />
        </>
      )}
    </li>
  )
}
