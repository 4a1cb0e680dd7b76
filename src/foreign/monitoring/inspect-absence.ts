import type { AlertRule, Labels, ScrapeTarget } from '../../probes/prometheus.ts'
import type { Matcher } from '../../promql/expression.ts'
import { type SightOfLoss, sightOfLoss } from '../../promql/loss/sight-of-loss.ts'
import { makeMatcher } from '../../routing/matcher.ts'
import { type ForeignService, isTargetOf } from '../file/foreign-system.ts'
import type { SystemFinding } from '../system-finding.ts'

/**
 * Which alerts can miss a pod that is lost: they wait for an `up` of 0, which there is only until Prometheus drops the target. Then it ends.
 * Pure.
 */
export function absenceFindings(
  services: readonly ForeignService[],
  { alertRules, targets }: { alertRules: readonly AlertRule[]; targets: readonly Pick<ScrapeTarget, 'labels'>[] },
): SystemFinding[] {
  return services.flatMap((service): SystemFinding[] => {
    const own = targets.map(({ labels }) => labels).filter((labels) => isTargetOf(service, labels))
    if (own.length === 0) return []
    const bySight = (sight: SightOfLoss) => [
      ...new Set(alertRules.filter(({ expr }) => sightOf(expr, own) === sight).map(({ alert }) => alert)),
    ]
    const [blind, last, sees] = [bySight('blind'), bySight('last'), bySight('sees')]
    const cannot = [
      ...(blind.length === 0
        ? []
        : [`${blind.join(', ')} can miss a pod that is lost: its \`up\` ends when Prometheus drops the target`]),
      ...(last.length === 0 ? [] : [`${last.join(', ')} waits until no pod is left`]),
    ]
    if (cannot.length === 0) return []
    if (sees.length > 0) return [finding(service, 'ok', `${cannot.join('; ')}; ${sees.join(', ')} counts them`)]
    return [
      {
        ...finding(service, 'note', `${cannot.join('; ')}; no other alert counts them`),
        help: [
          `an alert on their number: count(up${selectorOf(service)}) < ${own.length}; the fault lose shows whether it fires`,
        ],
      },
    ]
  })
}

/** How an alert sees a lost target that has such labels. */
export function sightOf(expression: string, targets: readonly Labels[]): SightOfLoss {
  return sightOfLoss(expression, (matchers) => targets.some((labels) => matchers.every((one) => fits(labels, one))))
}

function fits(labels: Labels, { label, operator, value }: Matcher): boolean {
  // A pattern that cannot be read counts as one that fits.
  return makeMatcher(label, operator, value)?.test(labels[label] ?? '') ?? true
}

function finding({ name }: ForeignService, status: SystemFinding['status'], detail: string): SystemFinding {
  return { name, status, detail, help: [] }
}

function selectorOf({ labels = {} }: ForeignService): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(', ')}}`
}
