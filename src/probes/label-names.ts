import { readAlertLabels } from './alert-labels/alert-labels.ts'
import type { ProbeOptions } from './json.ts'
import type { Prometheus } from './prometheus.ts'

/**
 * Names of all labels that series have, and that Prometheus itself adds to alerts; `undefined` where its configuration changes
 * the labels of alerts on their way, or is not shown, so that they may have any.
 * @throws FD_PROBE_UNREACHABLE, FD_PROBE_ANSWER
 */
export async function readLabelNames(
  prometheus: Pick<Prometheus, 'labelNames' | 'ruleConfigs'>,
  options: ProbeOptions,
): Promise<ReadonlySet<string> | undefined> {
  const [names, configs] = await Promise.all([prometheus.labelNames(options), prometheus.ruleConfigs(options)])
  const added: string[] = []
  for (const shown of configs) {
    const change = shown === undefined ? undefined : readAlertLabels(shown)
    if (change === undefined || 'unknown' in change || change.rules.length > 0) return undefined
    added.push(...Object.keys(change.external))
  }
  return new Set([...names, ...added])
}
