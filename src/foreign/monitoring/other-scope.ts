import { stringify } from 'yaml'
import type { AlertSettings } from '../../drills/evidence/alerts/alert-scope.ts'
import { sameAs } from '../../drills/evidence/same-alert.ts'
import { readAlertLabels } from '../../probes/alert-labels/alert-labels.ts'
import type { HeldAlert } from '../../probes/alertmanager.ts'
import { type ActiveAlert, type AlertRule, formatLabels, type Labels } from '../../probes/prometheus.ts'

/**
 * Labels of `alerts.scope` with another value than alerts get on their way to Alertmanager: no alert would count. By what Prometheus shows that it
 * adds; where it does not show that, by what every rule sets (vmalert shows its external labels there) and by what the alerts have there. Pure.
 */
export function otherScope({ scope, ignore }: AlertSettings, answers: ScopeAnswers): OtherScope | undefined {
  const added = { ...addedByRules(answers), ...addedTo(answers), ...externalOf(answers.config) }
  const given = [
    ...answers.targets,
    ...answers.alertRules.map(({ labels }) => labels),
    ...answers.active.map(({ labels }) => labels),
  ]
  const names = Object.keys(scope).filter(
    (name) =>
      added[name] !== undefined && added[name] !== scope[name] && !given.some((one) => one[name] === scope[name]),
  )
  if (names.length === 0) return undefined
  const pick = (from: Labels) => Object.fromEntries(names.map((name) => [name, from[name] ?? '']))
  const right = { scope: { ...scope, ...pick(added) }, ...(ignore.length === 0 ? {} : { ignore: [...ignore] }) }
  return {
    names,
    detail: `alerts.scope has ${formatLabels(pick(scope))}, and alerts reach Alertmanager with ${formatLabels(pick(added))}: every alert is out of scope`,
    paste: stringify({ alerts: right }, { lineWidth: 0 }).trimEnd().split('\n'),
  }
}

export interface OtherScope {
  /** Of the labels. */
  names: string[]
  detail: string
  /** The whole key `alerts`, as it would be right. */
  paste: string[]
}

interface ScopeAnswers {
  active: readonly Pick<ActiveAlert, 'labels'>[]
  held: readonly Pick<HeldAlert, 'labels'>[]
  alertRules: readonly Pick<AlertRule, 'labels'>[]
  targets: readonly Labels[]
  config: string | undefined
}

/** What Prometheus adds to alerts that do not have it. */
function externalOf(config: string | undefined): Labels {
  const read = config === undefined ? undefined : readAlertLabels({ yaml: config })
  return read === undefined || 'unknown' in read || read.rules.length > 0 ? {} : { ...read.external }
}

/** The labels that every rule sets to the same value. Where Prometheus shows that it relabels alerts, they may become others. */
function addedByRules({ alertRules: [first, ...others], config }: ScopeAnswers): Labels {
  if (first === undefined || config?.includes('alert_relabel_configs:')) return {}
  const same = Object.entries(first.labels).filter(([name, value]) =>
    others.every(({ labels }) => labels[name] === value),
  )
  return Object.fromEntries(same)
}

/** The labels that alerts have in Alertmanager and not in Prometheus: those with one value alone. */
function addedTo({ active, held }: ScopeAnswers): Labels {
  const values = new Map<string, Set<string>>()
  for (const { labels } of active) {
    for (const there of sameAs(labels, held)) {
      for (const [name, value] of Object.entries(there.labels)) {
        if (labels[name] === undefined) values.set(name, (values.get(name) ?? new Set()).add(value))
      }
    }
  }
  return Object.fromEntries(
    [...values].flatMap(([name, all]) => {
      const [value, ...others] = all
      return value === undefined || others.length > 0 ? [] : [[name, value]]
    }),
  )
}
