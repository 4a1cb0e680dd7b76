import { readAlertLabels } from './alert-labels/alert-labels.ts'
import type { ProbeOptions } from './json.ts'
import type { Prometheus } from './prometheus.ts'

/**
 * Names of all labels that series have; `undefined` where Prometheus does not show what becomes of the labels of alerts on their way, so
 * that they may have any. What it does to them is known of each rule: `labelsAsSent`.
 * @throws FD_PROBE_UNREACHABLE, FD_PROBE_ANSWER
 */
export async function readLabelNames(
  prometheus: Pick<Prometheus, 'labelNames' | 'ruleConfigs'>,
  options: ProbeOptions,
): Promise<ReadonlySet<string> | undefined> {
  const [names, configs] = await Promise.all([prometheus.labelNames(options), prometheus.ruleConfigs(options)])
  const isKnown = configs.every((shown) => shown !== undefined && !('unknown' in readAlertLabels(shown)))
  return isKnown ? new Set(names) : undefined
}
