import type { ObjectiveView as Objective, ObjectiveHistoryView, StackView } from '../../../src/api/contract.ts'
import { chartColors, useColorScheme } from '../charts/colors.ts'
import { TimeChart } from '../charts/time-chart.tsx'
import { usePoll } from '../feed/use-poll.ts'
import { formatAge } from '../format/format-age.ts'
import { formatAmount, formatCount, formatPercent, formatShortTime } from '../format/format-amount.ts'
import { linkTo } from '../shell/route.ts'
import { useAddress, useSetQuery } from '../shell/use-address.ts'
import { Badge } from '../ui/badge.tsx'
import { Empty } from '../ui/empty.tsx'
import { RangeField, useRange, usualRange } from '../ui/range-field.tsx'
import { Waiting } from '../ui/waiting.tsx'
import { BudgetBar } from './budget-bar.tsx'
import { BurnTable } from './burn-table.tsx'
import {
  budgetText,
  differenceText,
  eventsText,
  exhaustionText,
  groupText,
  nameOf,
  stateTones,
  stateWords,
} from './objective-words.ts'

/** One objective: its budget over time, how fast it burns over each window, and the events behind the number; of one group at a time. */
export function ObjectiveView({ id, all, stack }: ObjectiveViewProps) {
  const groups = all.filter((one) => one.id === id)
  const { query } = useAddress()
  const objective = groups.find((one) => groupText(one.group) === query.get('group')) ?? groups[0]
  const usual = usualRange(stack)
  const { ms } = useRange(usual)
  const history = usePoll(
    'objectiveHistory',
    { query: { objective: id, rangeMs: ms } },
    { everyMs: 5_000, keepsOld: true },
  )
  if (objective === undefined) {
    return (
      <Empty title="There is no such objective">
        <a href={linkTo('objectives')}>All objectives</a>
      </Empty>
    )
  }
  const { service, objective: name, outsideOf } = objective
  const counterpart =
    all.find((one) => one.service === service && one.objective === outsideOf) ??
    all.find((one) => one.service === service && one.outsideOf === name)
  return (
    <article>
      <div className="toolbar">
        <a href={linkTo('objectives')}>All objectives</a>
        <span className="end">
          <RangeField fallback={usual} />
        </span>
      </div>
      {groups.length > 1 && <GroupChoice groups={groups} chosen={objective} />}
      <Head objective={objective} />
      <Waiting for={history} height="40rem">
        {(value) => <Charts history={value} objective={objective} />}
      </Waiting>
      <h3>Burn rates</h3>
      <BurnTable objective={objective} />
      {counterpart !== undefined && (
        <InsideOutside
          users={outsideOf === undefined ? counterpart : objective}
          inside={outsideOf === undefined ? objective : counterpart}
        />
      )}
    </article>
  )
}

interface ObjectiveViewProps {
  id: string
  all: readonly Objective[]
  stack: StackView | undefined
}

/** The groups of an objective whose queries group, each with what is left of its budget. The chosen one stands in the address. */
function GroupChoice({ groups, chosen }: { groups: readonly Objective[]; chosen: Objective }) {
  const setQuery = useSetQuery()
  return (
    <fieldset className="objective-groups" aria-label="Group">
      {groups.map((one) => {
        const text = groupText(one.group)
        return (
          <button key={text} type="button" aria-pressed={one === chosen} onClick={() => setQuery({ group: text })}>
            {text} <span className="number">{budgetText(one)}</span>
          </button>
        )
      })}
    </fieldset>
  )
}

function Head({ objective }: { objective: Objective }) {
  const { state, description, targetPercent, periodMs, sliPercent, budgetLeftMs, events } = objective
  return (
    <section className="card objective-head">
      <h2>
        {nameOf(objective)} <Badge tone={stateTones[state]}>{stateWords[state]}</Badge>
      </h2>
      {description !== '' && <p className="objective-text">{description}</p>}
      <BudgetBar objective={objective} label="Budget left" />
      <p>{exhaustionText(objective)}.</p>
      <dl className="figures">
        <Figure name="Target" value={targetPercent === null ? '–' : `${targetPercent} %`} />
        <Figure name="Good events" value={sliPercent === null ? '–' : formatPercent(sliPercent)} />
        <Figure name="Over" value={periodMs === null ? '–' : formatAge(periodMs)} />
        <Figure
          name="Left, all failing"
          value={budgetLeftMs === null ? '–' : budgetLeftMs <= 0 ? 'nothing' : formatShortTime(budgetLeftMs)}
        />
        <Figure name="Events" value={events === null ? 'not counted' : formatCount(events.total)} />
        <Figure name="Failed" value={events === null ? '–' : formatCount(events.failed)} />
      </dl>
      {eventsText(objective) !== undefined && <p className="sub">{eventsText(objective)} in this period.</p>}
    </section>
  )
}

function Figure({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd className="number">{value}</dd>
    </div>
  )
}

const percent = (value: number) => `${formatAmount(value)} %`
const times = (value: number) => `${formatAmount(value)}×`
const count = (value: number) => formatAmount(value)

/** Of the group that is chosen; the budgets of all groups are in one graph. */
function Charts({ history, objective }: { history: ObjectiveHistoryView; objective: Objective }) {
  const { timesMs, fromMs, toMs, groups, stepMs } = history
  const shown = groups.find(({ group }) => group === groupText(objective.group))
  // A canvas knows no variables of CSS, and the colour differs between light and dark.
  useColorScheme()
  if (shown === undefined) return <p className="sub">Of many groups only the first eight have graphs.</p>
  const shared = { timesMs, fromMs, toMs, group: 'objective' }
  const lefts = groups.flatMap(({ budgetLeftPercent }) => budgetLeftPercent.flatMap((left) => left ?? []))
  const hasEvents = shown.goodEvents.some((value) => value !== null)
  return (
    <div className="objective-charts">
      <section className="card">
        <h3>Budget left</h3>
        <TimeChart
          {...shared}
          label={`Budget left of ${nameOf(objective)}`}
          series={groups.map(({ group, budgetLeftPercent }) => ({ name: group || 'left', values: budgetLeftPercent }))}
          format={percent}
          min={Math.min(0, ...lefts)}
          max={100}
          limits={[{ value: 0, tone: 'bad' }]}
        />
      </section>
      <section className="card">
        <h3>Burn rate</h3>
        <TimeChart
          {...shared}
          label={`Burn rates of ${nameOf(objective)}`}
          series={shown.burnRates.map(({ window, rates }) => ({ name: `over ${window}`, values: rates }))}
          format={times}
          min={0}
          limits={objective.limits.map(({ factor, severity }) => ({
            value: factor,
            tone: severity === 'page' ? ('bad' as const) : ('wait' as const),
          }))}
        />
      </section>
      {hasEvents && (
        <section className="card">
          <h3>Events, every {formatShortTime(stepMs)}</h3>
          <TimeChart
            {...shared}
            label={`Events of ${nameOf(objective)}`}
            series={[
              { name: 'failed', values: shown.failedEvents, color: chartColors().bad },
              { name: 'good', values: shown.goodEvents },
            ]}
            format={count}
            min={0}
            stacked
          />
        </section>
      )}
    </div>
  )
}

/** The same promise, measured inside of the service and where its users are. */
function InsideOutside({ users, inside }: { users: Objective; inside: Objective }) {
  return (
    <section className="card inside-outside" aria-labelledby="inside-outside">
      <h3 id="inside-outside">Inside and outside</h3>
      <BudgetBar objective={users} label={`At its users: ${users.objective}`} />
      <BudgetBar objective={inside} label={`Inside: ${inside.objective}`} />
      <p>{differenceText(users, inside)}</p>
    </section>
  )
}
