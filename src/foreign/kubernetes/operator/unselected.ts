import type { KubernetesObject } from '../../../kubernetes/objects.ts'
import type { SystemFinding } from '../../system-finding.ts'
import { type OperatorView, type PrometheusResource, placeOf } from './operator-objects.ts'
import { type NotSelected, whyNotSelected } from './selection.ts'

/** Which rules and monitors no Prometheus selects, and what label they want. Pure. */
export function unselectedFindings(view: OperatorView, { namespaces, kubectl }: UnselectedContext): SystemFinding[] {
  return KINDS.flatMap(({ kind, list, selectedBy, selector, namespaceSelector, effect }) => {
    const objects = view[list].filter(({ metadata }) => namespaces.includes(metadata.namespace ?? ''))
    const selecting = view[selectedBy]
    if (selecting.length === 0) return []
    const reasons = objects.flatMap((object) => {
      const why = selecting.map((one) => ({
        by: one,
        not: whyNotSelected(object, {
          own: one,
          objects: one.spec[selector],
          namespaces: one.spec[namespaceSelector],
          labelsOfNamespaces: view.namespaces,
        }),
      }))
      const nearest = why.flatMap(({ by, not }) => (not === undefined ? [] : [{ by, not }])).sort(byEffort)[0]
      return nearest === undefined || why.some(({ not }) => not === undefined) ? [] : [{ object, ...nearest }]
    })
    return grouped(reasons).map((same): SystemFinding => {
      const [first] = same
      return {
        name: 'operator',
        status: 'note',
        detail: `no ${selectedBy === 'scrapers' ? 'Prometheus scrapes' : 'Prometheus evaluates'} ${kind} ${namesOf(same)}, whose ${effect}: ${textOf(first)}`,
        help: helpFor(same, { kind, selector, kubectl }),
      }
    })
  })
}

export interface UnselectedContext {
  /** Of the system: what stands elsewhere is not reported. */
  namespaces: readonly string[]
  /** How kubectl is called for this cluster: "kubectl --context lab". */
  kubectl: string
}

const KINDS = [
  {
    kind: 'PrometheusRule',
    list: 'rules',
    selectedBy: 'evaluators',
    selector: 'ruleSelector',
    namespaceSelector: 'ruleNamespaceSelector',
    effect: 'alerts never fire',
  },
  {
    kind: 'ServiceMonitor',
    list: 'serviceMonitors',
    selectedBy: 'scrapers',
    selector: 'serviceMonitorSelector',
    namespaceSelector: 'serviceMonitorNamespaceSelector',
    effect: 'services have no series',
  },
  {
    kind: 'PodMonitor',
    list: 'podMonitors',
    selectedBy: 'scrapers',
    selector: 'podMonitorSelector',
    namespaceSelector: 'podMonitorNamespaceSelector',
    effect: 'pods have no series',
  },
] as const

interface Reason {
  object: KubernetesObject
  by: PrometheusResource
  not: NotSelected
}

/** A label on the object is easier than one on the namespace, and that is easier than another selector. */
function byEffort(a: Pick<Reason, 'not'>, b: Pick<Reason, 'not'>): number {
  const effort = ({ not: { kind, labels } }: Pick<Reason, 'not'>) =>
    labels === undefined ? 100 : Object.keys(labels).length + (kind === 'namespace' ? 10 : 0)
  return effort(a) - effort(b)
}

/** Objects of one namespace that lack the same are one finding. */
function grouped(reasons: readonly Reason[]): [Reason, ...Reason[]][] {
  const groups = new Map<string, [Reason, ...Reason[]]>()
  for (const reason of reasons) {
    const key = JSON.stringify([placeOf(reason.by), reason.not.wanted, reason.object.metadata.namespace])
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [reason])
    else group.push(reason)
  }
  return [...groups.values()]
}

/** The most objects that one finding names. */
const MOST_NAMED = 10

function namesOf(same: readonly Reason[]): string {
  const names = same.slice(0, MOST_NAMED).map(({ object }) => placeOf(object))
  const more = same.length - names.length
  return `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

function textOf({ by, not }: Reason): string {
  return `${by.kind ?? 'Prometheus'} ${placeOf(by)} ${not.wanted}`
}

function helpFor(
  same: readonly [Reason, ...Reason[]],
  { kind, selector, kubectl }: { kind: string; selector: string; kubectl: string },
): string[] {
  const [{ object, by, not }] = same
  const { namespace = '' } = object.metadata
  if (not.labels === undefined) {
    const key = not.kind === 'namespace' ? selector.replace('Selector', 'NamespaceSelector') : selector
    return [`${by.kind ?? 'Prometheus'} ${placeOf(by)}: spec.${key}: {} selects all; or the labels that it wants`]
  }
  const labels = Object.entries(not.labels).map(([name, value]) => `${name}=${value}`)
  if (not.kind === 'namespace') return [`${kubectl} label namespace ${namespace} ${labels.join(' ')}`]
  const names = same.slice(0, MOST_NAMED).map(({ object: one }) => one.metadata.name)
  return [`${kubectl} --namespace ${namespace} label ${kind.toLowerCase()} ${names.join(' ')} ${labels.join(' ')}`]
}
