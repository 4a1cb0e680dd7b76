import type {
  ActiveAlertView,
  AlertHistoryView,
  AlertsView,
  IncidentsView,
  StackView,
} from '../../../src/api/contract.ts'
import { useNow } from '../feed/use-now.ts'
import type { Polled } from '../feed/use-poll.ts'
import { usePoll } from '../feed/use-poll.ts'
import { formatAge, formatClock } from '../format/format-age.ts'
import { formatAmount } from '../format/format-amount.ts'
import { linkTo } from '../shell/route.ts'
import { Badge } from '../ui/badge.tsx'
import { RangeField, useRange, usualRange } from '../ui/range-field.tsx'
import { Waiting } from '../ui/waiting.tsx'
import { AlertLanes } from './alert-lanes.tsx'
import { aboutOf, stateTones, stateWords, summaryOf } from './alert-words.ts'
import { IncidentRows } from './incident-rows.tsx'
import { Maintenance } from './maintenance.tsx'

/** What is active at the moment, what was lately, and what the responder does about it. */
export function NowView({ alerts, incidents, stack }: NowViewProps) {
  const usual = usualRange(stack)
  const { ms } = useRange(usual)
  const history = usePoll('alertHistory', { query: { rangeMs: ms } }, { everyMs: 3_000, keepsOld: true })
  const active = activeOf(alerts.value)
  return (
    <>
      <div className="toolbar">
        <p role="status" className="alerts-summary">
          {alerts.value === undefined ? 'Asking Prometheus …' : summaryOf(active)}
        </p>
        <span className="end">
          <RangeField fallback={usual} />
        </span>
      </div>
      <Maintenance services={stack?.services ?? []} />
      <Waiting for={alerts} height="8rem">
        {() => <ActiveTable active={active} />}
      </Waiting>
      <h2>When</h2>
      <Waiting for={history} height="14rem">
        {(value) => <AlertLanes history={value} />}
      </Waiting>
      {history.value !== undefined && <ResolvedLately history={history.value} />}
      <h2>Incidents</h2>
      <Waiting for={incidents} height="8rem">
        {(value) => <IncidentRows incidents={value.incidents.toReversed().slice(0, 5)} />}
      </Waiting>
      <p className="more">
        <a href={linkTo('alerts', ['incidents'])}>All incidents</a>
      </p>
    </>
  )
}

interface NowViewProps {
  alerts: Polled<AlertsView>
  incidents: Polled<IncidentsView>
  stack: StackView | undefined
}

type Active = ActiveAlertView & { name: string; rule: string; severity: string }

const ORDER = ['firing', 'pending', 'suppressed']

/** Of rules that notify a person; those that fire first, of them the latest. */
function activeOf(alerts: AlertsView | undefined): Active[] {
  return (alerts?.rules ?? [])
    .filter(({ notifies }) => notifies)
    .flatMap(({ active, name, id, severity }) => active.map((one) => ({ ...one, name, rule: id, severity })))
    .sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state) || b.activeAtMs - a.activeAtMs)
}

function ActiveTable({ active }: { active: readonly Active[] }) {
  const nowMs = useNow(1_000)
  if (active.length === 0) {
    return (
      <p className="calm">
        Nothing is wrong that a rule knows of. To see an alert fire,{' '}
        <a href={linkTo('drills', ['store-crash'])}>run a drill</a> or <a href={linkTo('faults')}>inject a fault</a>.
      </p>
    )
  }
  return (
    <div className="scroll-x">
      <table className="stacks active-alerts">
        <caption className="hidden">Alerts that are active</caption>
        <thead>
          <tr>
            <th scope="col">State</th>
            <th scope="col">Alert</th>
            <th scope="col">About</th>
            <th scope="col" className="number">
              Value
            </th>
            <th scope="col" className="number">
              Since
            </th>
          </tr>
        </thead>
        <tbody>
          {active.map((alert) => (
            <tr key={`${alert.rule} ${JSON.stringify(alert.labels)}`}>
              <td>
                <Badge tone={stateTones[alert.state]}>{stateWords[alert.state]}</Badge>
              </td>
              <th scope="row">
                <a className="name" data-item href={linkTo('alerts', ['rules', alert.rule])}>
                  {alert.name}
                </a>
                <span className="sub">{alert.summary}</span>
                {alert.heldBackBy.map(({ kind, text, untilMs }) => (
                  <span className="sub held-back" key={`${kind} ${text}`}>
                    {HELD[kind]} {text}
                    {untilMs !== undefined && `, for another ${formatAge(untilMs - nowMs)}`}
                  </span>
                ))}
              </th>
              <td>{aboutOf(alert.labels)}</td>
              <td className="number">{alert.value === null ? '–' : formatAmount(alert.value)}</td>
              <td className="number">{formatAge(nowMs - alert.activeAtMs)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

const HELD = { alert: 'Inhibited by', silence: 'Silenced:', mute: 'Muted in' } as const

/** The alerts of the range that have ended, the latest first. */
function ResolvedLately({ history }: { history: AlertHistoryView }) {
  const ended = history.alerts.filter(({ state, lasts }) => state === 'firing' && !lasts).toReversed()
  if (ended.length === 0) return null
  return (
    <details className="resolved">
      <summary>
        {ended.length === 1 ? '1 alert was resolved' : `${ended.length} alerts were resolved`} in this range
      </summary>
      <div className="scroll-x">
        <table>
          <caption className="hidden">Alerts that were resolved</caption>
          <thead>
            <tr>
              <th scope="col">Alert</th>
              <th scope="col">About</th>
              <th scope="col" className="number">
                Fired
              </th>
              <th scope="col" className="number">
                Resolved
              </th>
              <th scope="col" className="number">
                For about
              </th>
            </tr>
          </thead>
          <tbody>
            {ended.slice(0, MOST_RESOLVED).map(({ name, labels, fromMs, toMs }) => (
              <tr key={`${name} ${JSON.stringify(labels)} ${fromMs}`}>
                <th scope="row">{name}</th>
                <td>{aboutOf(labels)}</td>
                <td className="number">{formatClock(fromMs)}</td>
                <td className="number">{formatClock(toMs)}</td>
                <td className="number">{formatAge(toMs - fromMs)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  )
}

const MOST_RESOLVED = 50
