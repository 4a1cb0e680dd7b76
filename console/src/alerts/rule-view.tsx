import type { ReactNode } from 'react'
import type { AlertRuleHistoryView, JudgedView, RuleGraph, StackView } from '../../../src/api/contract.ts'
import { TimeChart } from '../charts/time-chart.tsx'
import { usePoll } from '../feed/use-poll.ts'
import { formatAge } from '../format/format-age.ts'
import { formatAmount, formatShortTime } from '../format/format-amount.ts'
import { proofAge } from '../format/proof-age.ts'
import { linkTo } from '../shell/route.ts'
import { useAddress, useSetQuery } from '../shell/use-address.ts'
import { Badge } from '../ui/badge.tsx'
import { RangeField, useRange, usualRange } from '../ui/range-field.tsx'
import { Waiting } from '../ui/waiting.tsx'
import { AlertLanes } from './alert-lanes.tsx'
import { aboutOf, boundText, labelsText, stateTones, stateWords } from './alert-words.ts'
import { Runbook } from './runbook.tsx'

/** One rule: what it is judged by over time, its expression, the runs that proved it, and what to do when it fires. */
export function RuleView({ id, stack }: { id: string; stack: StackView | undefined }) {
  const usual = usualRange(stack)
  const { ms } = useRange(usual)
  const polled = usePoll('alertRule', { query: { rule: id, rangeMs: ms } }, { everyMs: 3_000, keepsOld: true })
  return (
    <>
      <div className="toolbar">
        <p className="back">
          <a href={linkTo('alerts', ['rules'])}>All rules</a>
        </p>
        <span className="end">
          <RangeField fallback={usual} />
        </span>
      </div>
      <Waiting for={polled} height="40rem">
        {(value) => <Rule history={value} />}
      </Waiting>
    </>
  )
}

function Rule({ history }: { history: AlertRuleHistoryView }) {
  const { rule } = history
  return (
    <article>
      <h2 className="story-title">
        {rule.name} <Badge tone={stateTones[rule.state]}>{stateWords[rule.state]}</Badge>
        {rule.severity !== '' && <Badge tone="none">{rule.severity}</Badge>}
      </h2>
      {rule.problem !== null && <p className="notice trouble">The last evaluation failed: {rule.problem}</p>}
      {rule.active.map((alert) => (
        <p className="active-line" key={JSON.stringify(alert.labels)}>
          <Badge tone={stateTones[alert.state]}>{stateWords[alert.state]}</Badge> {alert.summary}
          {alert.description !== '' && `: ${alert.description}`}
          {alert.heldBackBy.length > 0 && ` Held back by ${alert.heldBackBy.map(({ text }) => text).join(', ')}.`}
        </p>
      ))}
      <Graphs history={history} />
      <h3>When it was active</h3>
      <AlertLanes history={history} emptyTitle="It was not active in this range" />
      <div className="rule-columns">
        <section>
          <h3>Expression</h3>
          <pre className="expression">
            <code>{rule.expr}</code>
          </pre>
          <Facts history={history} />
        </section>
        <section>
          <h3>Runs that proved it</h3>
          <Proofs history={history} />
        </section>
      </div>
      {rule.runbook !== null && <Runbook name={rule.runbook} />}
    </article>
  )
}

/** Each condition with its value, and a graph of the one that is chosen. */
function Graphs({ history: { conditions, timesMs, fromMs, toMs, alerts, faults } }: { history: AlertRuleHistoryView }) {
  const { query } = useAddress()
  const setQuery = useSetQuery()
  const asked = Number(query.get('condition') ?? 0)
  const at = conditions[asked] === undefined ? 0 : asked
  const chosen = conditions[at]
  if (chosen === undefined) {
    return <p className="lead">The expression compares nothing with a number: it holds where it has a value at all.</p>
  }
  const bands = [
    ...faults.map((one) => ({ ...one, label: `${one.fault} of ${one.target}`, tone: 'fault' as const })),
    ...alerts
      .filter(({ state }) => state === 'firing')
      .map((one) => ({ ...one, label: `fires: ${aboutOf(one.labels)}`, tone: 'alert' as const })),
  ]
  return (
    <section className="card" aria-label="What it is judged by">
      <fieldset className="conditions" aria-label="Conditions">
        {conditions.map((condition, index) => (
          <button
            type="button"
            className="condition"
            key={`${condition.either} ${condition.expr} ${condition.operator}`}
            aria-pressed={index === at}
            onClick={() => setQuery({ condition: index === 0 ? undefined : String(index) })}
          >
            <span className="sub">{joinOf(conditions, index)}</span>
            <ConditionText condition={condition} />
          </button>
        ))}
      </fieldset>
      <p className="condition-expr">
        <code>{chosen.expr}</code>
        {chosen.leftOut > 0 && <span className="sub">and {chosen.leftOut} more series, further from the bound</span>}
      </p>
      <TimeChart
        label={`${chosen.expr}; it holds ${boundText(chosen)}`}
        timesMs={timesMs}
        series={chosen.series}
        format={formatAmount}
        fromMs={fromMs}
        toMs={toMs}
        bands={bands}
        limits={[{ value: chosen.bound, tone: 'bad' }]}
        {...extentOf(chosen)}
      />
    </section>
  )
}

function ConditionText({ condition }: { condition: JudgedView }) {
  return (
    <span className="condition-text">
      <strong className="number">{condition.value === null ? 'no value' : formatAmount(condition.value)}</strong>,{' '}
      <span data-tone={condition.holds ? 'wait' : undefined}>
        {condition.holds ? 'holds: ' : 'holds when '}
        {boundText(condition)}
      </span>
    </span>
  )
}

/** "and" within a set of conditions that must hold together, "or" before the next set. */
function joinOf(conditions: readonly RuleGraph[], at: number): string {
  const [before, here] = [conditions[at - 1], conditions[at]]
  if (before === undefined) return conditions.length === 1 ? 'fires when it holds' : 'fires when'
  return before.either === here?.either ? 'and' : 'or'
}

/** The bound stays in the picture. */
function extentOf({ series, bound }: RuleGraph): { min: number; max?: number } {
  const values = series.flatMap((one) => one.values.flatMap((value) => value ?? []))
  const top = Math.max(bound, ...values.slice(0, MOST_COMPARED))
  return { min: Math.min(0, bound, ...values.slice(0, MOST_COMPARED)), ...(top > 0 ? { max: top * 1.1 } : {}) }
}

/** Arguments that a call takes without harm; eight series of 300 points are fewer. */
const MOST_COMPARED = 10_000

function Facts({ history: { rule } }: { history: AlertRuleHistoryView }) {
  const facts: [string, ReactNode][] = [
    ['Must hold for', rule.forMs === 0 ? 'it fires at once' : formatShortTime(rule.forMs)],
    ['Evaluated every', formatShortTime(rule.evaluationMs)],
    ['Group', rule.group],
    ['Labels', Object.keys(rule.labels).length === 0 ? 'none' : <code key="labels">{labelsText(rule.labels)}</code>],
  ]
  if (rule.seenOn !== null) {
    facts.push([
      'Seen on',
      <a key="seen" href={linkTo('dashboards', [rule.seenOn.dashboard])}>
        {rule.seenOn.panel}
      </a>,
    ])
  }
  if (!rule.notifies)
    facts.push(['Notifies', 'nobody: it holds other alerts back, or shows that the way to the responder works'])
  return (
    <dl className="facts-list">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

function Proofs({ history: { proofs, rule } }: { history: AlertRuleHistoryView }) {
  const nowMs = Date.now()
  if (proofs.length === 0) {
    return (
      <p>
        {rule.notifies ? 'No drill has made it fire yet: nobody knows whether it would.' : 'Journals do not record it.'}{' '}
        <a href={linkTo('coverage')}>See the coverage</a>.
      </p>
    )
  }
  return (
    <ul className="proofs">
      {proofs.map((proof) => (
        <li key={proof.journal}>
          <a href={linkTo('drills', [proof.drill, 'runs', proof.journal])}>{proof.drill}</a>{' '}
          <span className="proof" data-age={proofAge(proof.startedAtMs, nowMs).level}>
            {formatAge(nowMs - proof.startedAtMs)} ago
          </span>
          <span className="sub">
            {proof.cause}: fired after {formatShortTime(proof.afterMs)}
            {proof.notified ? '' : ', and was held back'}
          </span>
        </li>
      ))}
    </ul>
  )
}
