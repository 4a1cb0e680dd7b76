import { ANY_SERIES } from '../../../lint/knowledge/any-series.ts'
import { alertLabelsOf } from '../../../lint/routes/alert-labels.ts'
import { type Matcher, type MatchOperator, makeMatcher } from '../../../routing/matcher.ts'
import { narrowed } from '../../../routing/possible-labels.ts'
import type { SystemFinding } from '../../system-finding.ts'
import {
  type AlertmanagerConfig,
  type AlertmanagerResource,
  type OperatorView,
  type PrometheusResource,
  type PrometheusRule,
  placeOf,
} from './operator-objects.ts'
import { whyNotSelected } from './selection.ts'

/**
 * Which alerts an AlertmanagerConfig loses: the operator adds the matcher `namespace="…"` of its own namespace to its routes, and an alert whose
 * expression or labels have no such label, or another value, never fits. Only what is certain is reported. Pure.
 */
export function lostAlertFindings(view: OperatorView, namespaces: readonly string[]): SystemFinding[] {
  return view.alertmanagerConfigs.flatMap((config) => {
    const { namespace = '' } = config.metadata
    const by = view.alertmanagers.find((one) => takes(one, config, view) && addsMatcher(one, namespace))
    if (by === undefined) return []
    // One Alertmanager that adds no matcher would take its alerts.
    if (view.alertmanagers.some((one) => takes(one, config, view) && !addsMatcher(one, namespace))) return []
    const lost = view.rules
      .filter(({ metadata }) => metadata.namespace === namespace && namespaces.includes(namespace))
      .flatMap((rule) => lostOf(rule, config, view))
    if (lost.length === 0) return []
    const more = lost.length > MOST_NAMED ? ` and ${lost.length - MOST_NAMED} more` : ''
    return [
      {
        name: 'operator',
        status: 'note',
        detail: `AlertmanagerConfig ${placeOf(config)} never gets ${lost.slice(0, MOST_NAMED).join(', ')}${more}: the operator adds the matcher namespace="${namespace}", which does not fit`,
        help: [
          `in the rule: labels: { namespace: ${namespace} }; or keep the label in its expression: by (namespace)`,
          `or in Alertmanager ${placeOf(by)}: spec.alertmanagerConfigMatcherStrategy.type: None`,
        ],
      },
    ]
  })
}

/** The most alerts that one finding names. */
const MOST_NAMED = 10

function takes(alertmanager: AlertmanagerResource, config: AlertmanagerConfig, view: OperatorView): boolean {
  const { spec } = alertmanager
  const not = whyNotSelected(config, {
    own: alertmanager,
    objects: spec.alertmanagerConfigSelector,
    namespaces: spec.alertmanagerConfigNamespaceSelector,
    labelsOfNamespaces: view.namespaces,
  })
  return not === undefined
}

function addsMatcher({ metadata, spec }: AlertmanagerResource, namespace: string): boolean {
  const { type = 'OnNamespace' } = spec.alertmanagerConfigMatcherStrategy ?? {}
  if (type === 'OnNamespaceExceptForAlertmanagerNamespace') return namespace !== metadata.namespace
  return type === 'OnNamespace'
}

/** Alerts of a rule that the config is for, and that can never have its namespace. */
function lostOf(rule: PrometheusRule, config: AlertmanagerConfig, view: OperatorView): string[] {
  const { namespace = '' } = rule.metadata
  const evaluators = view.evaluators.filter((one) => evaluates(one, rule, view))
  if (evaluators.some(({ spec }) => spec.enforcedNamespaceLabel === 'namespace')) return []
  const own = makeMatcher('namespace', '=', namespace)
  const [external = {}] = evaluators.map(({ spec }) => spec.externalLabels ?? {})
  const rules = (rule.spec.groups ?? []).flatMap(({ rules: all = [] }) => all)
  const names = rules.flatMap(({ alert, expr, labels = {} }) => {
    if (alert === undefined || own === undefined) return []
    const labelled = { name: alert, expr: String(expr), labels, evaluationMs: ANY_EVALUATION_MS }
    const sets = alertLabelsOf(labelled, ANY_SERIES, external)
    const wanted = sets.filter((set) => narrowed(set, matchersOf(config)).answer !== 'no')
    return wanted.length > 0 && wanted.every((set) => narrowed(set, [own]).answer === 'no') ? [alert] : []
  })
  return [...new Set(names)]
}

/** Labels do not depend on it. */
const ANY_EVALUATION_MS = 30_000

function evaluates(prometheus: PrometheusResource, rule: PrometheusRule, view: OperatorView): boolean {
  const { spec } = prometheus
  const not = whyNotSelected(rule, {
    own: prometheus,
    objects: spec.ruleSelector,
    namespaces: spec.ruleNamespaceSelector,
    labelsOfNamespaces: view.namespaces,
  })
  return not === undefined
}

/** What the config asks of alerts by itself. A matcher that cannot be read is left out. */
function matchersOf({ spec }: AlertmanagerConfig): Matcher[] {
  return (spec.route?.matchers ?? []).flatMap(({ name, value = '', matchType, regex }) => {
    const operator = (matchType ?? (regex === true ? '=~' : '=')) as MatchOperator
    return makeMatcher(name, operator, value) ?? []
  })
}
