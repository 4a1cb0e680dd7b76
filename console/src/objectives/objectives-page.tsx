import type { ObjectiveView as Objective, ObjectivesView } from '../../../src/api/contract.ts'
import { usePoll } from '../feed/use-poll.ts'
import { formatAmount, formatPercent } from '../format/format-amount.ts'
import type { PageProps } from '../page.ts'
import { linkTo } from '../shell/route.ts'
import { useAddress } from '../shell/use-address.ts'
import { Badge } from '../ui/badge.tsx'
import { Empty } from '../ui/empty.tsx'
import { FilterField } from '../ui/filter-field.tsx'
import { Waiting } from '../ui/waiting.tsx'
import { BudgetBar } from './budget-bar.tsx'
import { ObjectiveView } from './objective-view.tsx'
import {
  eventsText,
  exhaustionText,
  groupText,
  insideOf,
  nameOf,
  nearestLimit,
  stateTones,
  stateWords,
} from './objective-words.ts'
import '../styles/objectives.css'

/** What is left of every error budget, and how fast it burns. */
export function ObjectivesPage({ stack }: PageProps) {
  const { rest } = useAddress()
  const polled = usePoll('objectives', {}, { everyMs: 3_000 })
  const [id] = rest
  return (
    <div className="objectives">
      <h1>Objectives</h1>
      {id === undefined ? (
        <>
          <div className="toolbar">
            <FilterField label="Filter objectives" />
          </div>
          <Waiting for={polled} height="24rem">
            {(value) => <Cards view={value} />}
          </Waiting>
        </>
      ) : (
        <Waiting for={polled} height="24rem">
          {(value) => <ObjectiveView key={id} id={id} all={value.objectives} stack={stack.view} />}
        </Waiting>
      )}
    </div>
  )
}

function Cards({ view }: { view: ObjectivesView }) {
  const { query } = useAddress()
  const text = (query.get('q') ?? '').toLowerCase()
  const shown = view.objectives.filter((one) => `${nameOf(one)} ${one.description}`.toLowerCase().includes(text))
  if (view.objectives.length === 0) {
    return (
      <Empty title="Prometheus has no objectives">
        <p>
          The stack loads those of <code>slos/</code>: see docs/slos.md.
        </p>
      </Empty>
    )
  }
  if (shown.length === 0) return <Empty title="No objective is like that" />
  // What is worst stands first.
  const sorted = shown.toSorted((a, b) => (a.budgetLeftPercent ?? 101) - (b.budgetLeftPercent ?? 101))
  return (
    <ul className="cards objective-cards">
      {sorted.map((one) => (
        <li key={nameOf(one)} className="card">
          <Card objective={one} inside={insideOf(one, view.objectives)} />
        </li>
      ))}
    </ul>
  )
}

function Card({ objective, inside }: { objective: Objective; inside: Objective | undefined }) {
  const { state, targetPercent, sliPercent, burnRate, description } = objective
  const nearest = nearestLimit(objective)
  const events = eventsText(objective)
  return (
    <>
      <h2>
        <a href={linkTo('objectives', [objective.id], { group: groupText(objective.group) })} data-item>
          {nameOf(objective)}
        </a>
        <Badge tone={stateTones[state]}>{stateWords[state]}</Badge>
        {objective.firing.map((severity) => (
          <Badge key={severity} tone="bad">
            {severity} fires
          </Badge>
        ))}
      </h2>
      <BudgetBar objective={objective} label="Budget left" />
      {inside !== undefined && <BudgetBar objective={inside} label={`Inside: ${inside.objective}`} />}
      <dl className="figures">
        <div>
          <dt>Target</dt>
          <dd className="number">{targetPercent === null ? '–' : `${targetPercent} %`}</dd>
        </div>
        <div>
          <dt>Good events</dt>
          <dd className="number">{sliPercent === null ? '–' : formatPercent(sliPercent)}</dd>
        </div>
        <div>
          <dt>Burn rate</dt>
          <dd className="number">{burnRate === null ? '–' : `${formatAmount(burnRate)}×`}</dd>
        </div>
        <div>
          <dt>Of the limit</dt>
          <dd className="number">{nearest === undefined ? 'no alert' : `${Math.round(nearest.share * 100)} %`}</dd>
        </div>
      </dl>
      <p className="sub">{exhaustionText(objective)}.</p>
      {events !== undefined && <p className="sub">{events}.</p>}
      {description !== '' && <p className="sub objective-text">{description}</p>}
    </>
  )
}
