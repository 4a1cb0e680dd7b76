import { unattendedGroups } from '../../../stack/alerts/alerts.ts'
import type { AlertmanagerOptions } from '../../../stack/render/alertmanager.ts'
import { alertRuleGroups } from '../../../stack/render/rules.ts'
import { sloRuleGroups } from '../../../stack/render/slo-rules.ts'
import type { Manifest } from '../manifests/manifest.ts'

/**
 * Every rule of the stack as the operator takes them. Each alert gets the label `namespace`: the operator adds a matcher on it to the
 * routes of an AlertmanagerConfig, and an alert whose expression drops that label would reach nobody. Pure.
 */
export function prometheusRuleOf(
  { profile, settings }: AlertmanagerOptions,
  metadata: Manifest['metadata'] & { namespace: string },
): Manifest {
  const { namespace } = metadata
  const groups = [...alertRuleGroups(profile, settings, unattendedGroups), ...sloRuleGroups(profile, settings)]
  return {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata,
    spec: { groups: groups.map((group) => inNamespace(group, namespace)) },
  }
}

type RuleGroup = ReturnType<typeof alertRuleGroups>[number]

function inNamespace({ rules, ...group }: RuleGroup, namespace: string): RuleGroup {
  const labelled = (rule: RuleGroup['rules'][number]) =>
    'alert' in rule ? { ...rule, labels: { ...rule.labels, namespace } } : rule
  return { ...group, rules: rules.map(labelled) }
}
