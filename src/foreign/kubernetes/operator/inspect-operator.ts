import type { Cluster } from '../../../kubernetes/cluster.ts'
import type { SystemFinding } from '../../system-finding.ts'
import { lostAlertFindings } from './lost-alerts.ts'
import { emptyMonitorFindings } from './monitored.ts'
import { type OperatorPlaces, readOperator } from './read-operator.ts'
import { unselectedFindings } from './unselected.ts'

/** What `system check` reports of prometheus-operator: what is not selected, what selects nothing, which alerts are lost on their way. */
export async function inspectOperator(
  cluster: Pick<Cluster, 'request'>,
  { kubectl, ...places }: OperatorPlaces & { kubectl: string },
): Promise<SystemFinding[]> {
  const view = await readOperator(cluster, places)
  if (view === undefined) return []
  const { namespaces } = places
  const unread = view.unread.map(
    (text): SystemFinding => ({ name: 'operator', status: 'note', detail: `not checked: ${text}`, help: [] }),
  )
  const found = [
    ...unselectedFindings(view, { namespaces, kubectl }),
    ...emptyMonitorFindings(view, namespaces),
    ...lostAlertFindings(view, namespaces),
  ]
  if (found.length > 0) return [...found, ...unread]
  const ofSystem = (list: readonly { metadata: { namespace?: string } }[]) =>
    list.filter(({ metadata }) => namespaces.includes(metadata.namespace ?? '')).length
  const rules = counted(ofSystem(view.rules), 'PrometheusRule')
  const monitors = counted(ofSystem(view.serviceMonitors) + ofSystem(view.podMonitors), 'monitor')
  const detail = `all is selected in ${namespaces.join(', ')}: ${rules}, ${monitors}`
  return view.scrapers.length === 0 ? unread : [{ name: 'operator', status: 'ok', detail, help: [] }, ...unread]
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`
