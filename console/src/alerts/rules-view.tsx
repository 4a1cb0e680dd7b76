import type { AlertRuleView, AlertsView } from '../../../src/api/contract.ts'
import type { Polled } from '../feed/use-poll.ts'
import { formatAmount, formatShortTime } from '../format/format-amount.ts'
import { proofAge } from '../format/proof-age.ts'
import { linkTo } from '../shell/route.ts'
import { useAddress, useSetQuery } from '../shell/use-address.ts'
import { Badge, type Tone } from '../ui/badge.tsx'
import { Empty } from '../ui/empty.tsx'
import { FilterField } from '../ui/filter-field.tsx'
import { Waiting } from '../ui/waiting.tsx'
import { boundText, shareOf, stateTones, stateWords } from './alert-words.ts'

/** Every alert rule: its state, how near it is to fire, and when a drill last proved it. */
export function RulesView({ alerts }: { alerts: Polled<AlertsView> }) {
  const { query } = useAddress()
  const setQuery = useSetQuery()
  const show = query.get('show') ?? 'all'
  const text = (query.get('q') ?? '').toLowerCase()
  const fits = (rule: AlertRuleView) =>
    (SHOWN[show]?.fits(rule) ?? true) &&
    `${rule.name} ${rule.group} ${rule.severity} ${rule.service} ${rule.summary}`.toLowerCase().includes(text)
  return (
    <>
      <div className="toolbar">
        <FilterField label="Filter rules" />
        <select
          className="field"
          aria-label="Which rules"
          value={show}
          onChange={(event) => setQuery({ show: event.currentTarget.value })}
        >
          {Object.entries(SHOWN).map(([name, { title }]) => (
            <option key={name} value={name}>
              {title}
            </option>
          ))}
        </select>
      </div>
      <Waiting for={alerts} height="40rem">
        {({ rules }) => <RulesTable rules={rules.filter(fits)} />}
      </Waiting>
    </>
  )
}

const SHOWN: Readonly<Record<string, { title: string; fits(rule: AlertRuleView): boolean }>> = {
  all: { title: 'All rules', fits: () => true },
  active: { title: 'Active rules', fits: ({ active }) => active.length > 0 },
  unproven: {
    title: 'Rules that no drill has proven',
    fits: ({ proof, notifies }) => notifies && proof === null,
  },
  failing: { title: 'Rules that fail to evaluate', fits: ({ problem }) => problem !== null },
}

function RulesTable({ rules }: { rules: readonly AlertRuleView[] }) {
  if (rules.length === 0) return <Empty title="No rule is like that" />
  return (
    <div className="scroll-x">
      <table className="stacks rules">
        <caption className="hidden">Alert rules</caption>
        <thead>
          <tr>
            <th scope="col">State</th>
            <th scope="col">Rule</th>
            <th scope="col">Severity</th>
            <th scope="col">Value</th>
            <th scope="col" className="number">
              Holds for
            </th>
            <th scope="col">Last proven</th>
          </tr>
        </thead>
        <tbody>
          {rules.map((rule) => (
            <tr key={rule.id}>
              <td>
                <Badge tone={toneOf(rule)}>{rule.problem === null ? stateWords[rule.state] : 'Fails'}</Badge>
              </td>
              <th scope="row">
                <a className="name" data-item href={linkTo('alerts', ['rules', rule.id])}>
                  {rule.name}
                </a>
                <span className="sub">{withoutTemplates(rule)}</span>
              </th>
              <td>{rule.severity === '' || rule.severity === 'none' ? '–' : rule.severity}</td>
              <td>
                <Value rule={rule} />
              </td>
              <td className="number">{rule.forMs === 0 ? 'at once' : formatShortTime(rule.forMs)}</td>
              <td>
                <LastProof rule={rule} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** The value of the main condition, with how far it is on its way to the bound. */
function Value({ rule: { main } }: { rule: AlertRuleView }) {
  if (main === null) return <span className="sub">no threshold</span>
  const share = shareOf(main)
  return (
    <span className="rule-value">
      <span className="number">{main.value === null ? '–' : formatAmount(main.value)}</span>
      <span className="sub">fires {boundText(main)}</span>
      {share !== undefined && (
        <span className="rule-meter" aria-hidden="true">
          <span
            style={{ width: `${(share * 100).toFixed(1)}%` }}
            data-tone={main.holds ? 'bad' : share > 0.75 ? 'wait' : 'good'}
          />
        </span>
      )}
    </span>
  )
}

function LastProof({ rule: { proof, notifies } }: { rule: AlertRuleView }) {
  if (!notifies) return <span className="sub">notifies nobody</span>
  const age = proofAge(proof?.startedAtMs, Date.now())
  if (proof === null) return <Badge tone="wait">Never</Badge>
  return (
    <a href={linkTo('drills', [proof.drill, 'runs', proof.journal])} className="proof" data-age={age.level}>
      {age.text}
      <span className="sub">
        {proof.cause}, after {formatShortTime(proof.afterMs)}
      </span>
    </a>
  )
}

/** A rule that notifies nobody is no news while it fires. */
function toneOf({ problem, notifies, state }: AlertRuleView): Tone {
  if (problem !== null) return 'bad'
  return notifies ? stateTones[state] : 'none'
}

/** A template's actions say nothing before the alert fires. */
function withoutTemplates({ summary, service }: AlertRuleView): string {
  const text = summary
    .replaceAll(/\{\{\s*\$labels\.(?:instance|service)\s*\}\}/g, service === '' ? 'a service' : service)
    .replaceAll(/\{\{[^}]*\}\}/g, '…')
  return text.charAt(0).toUpperCase() + text.slice(1)
}
