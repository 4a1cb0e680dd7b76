import { usePoll } from '../feed/use-poll.ts'
import type { PageProps } from '../page.ts'
import { linkTo } from '../shell/route.ts'
import { useAddress } from '../shell/use-address.ts'
import { Tabs } from '../ui/tabs.tsx'
import { IncidentView } from './incident-view.tsx'
import { IncidentsView } from './incidents-view.tsx'
import { NowView } from './now-view.tsx'
import { RuleView } from './rule-view.tsx'
import { RulesView } from './rules-view.tsx'
import '../styles/alerts.css'

/** What fires and why, every rule with its last proof, and what the responder made of it. */
export function AlertsPage({ stack }: PageProps) {
  const { rest } = useAddress()
  const alerts = usePoll('alerts', {}, { everyMs: 2_000 })
  const incidents = usePoll('incidents', {}, { everyMs: 2_000 })
  const [part, name] = rest
  const openIncidents = incidents.value?.incidents.filter(({ inProgress }) => inProgress).length
  const tabs = [
    {
      title: 'Now',
      href: linkTo('alerts'),
      isCurrent: part === undefined,
      count: alerts.value?.rules.flatMap(({ active, notifies }) => (notifies ? active : [])).length,
    },
    {
      title: 'Rules',
      href: linkTo('alerts', ['rules']),
      isCurrent: part === 'rules',
      count: alerts.value?.rules.length,
    },
    {
      title: 'Incidents',
      href: linkTo('alerts', ['incidents']),
      isCurrent: part === 'incidents',
      count: openIncidents,
    },
  ]
  return (
    <div className="alerts">
      <h1>Alerts</h1>
      <Tabs label="Alerts" tabs={tabs} />
      {alerts.value?.problems.map((problem) => (
        <p className="notice trouble" role="alert" key={problem}>
          Did not answer: {problem}
        </p>
      ))}
      {part === 'rules' && name !== undefined && <RuleView key={name} id={name} stack={stack.view} />}
      {part === 'rules' && name === undefined && <RulesView alerts={alerts} />}
      {part === 'incidents' && name !== undefined && <IncidentView key={name} name={name} />}
      {part === 'incidents' && name === undefined && <IncidentsView incidents={incidents} />}
      {part !== 'rules' && part !== 'incidents' && <NowView alerts={alerts} incidents={incidents} stack={stack.view} />}
    </div>
  )
}
