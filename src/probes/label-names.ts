import { parseYamlSource } from '../base/yaml/yaml-source.ts'
import type { ProbeOptions } from './json.ts'
import type { Prometheus } from './prometheus.ts'

/**
 * Names of all labels that series have, and that Prometheus itself adds to alerts; `undefined` where its configuration changes
 * the labels of alerts on their way, so that they may have any.
 * @throws FD_PROBE_UNREACHABLE, FD_PROBE_ANSWER
 */
export async function readLabelNames(
  prometheus: Pick<Prometheus, 'labelNames' | 'config'>,
  options: ProbeOptions,
): Promise<ReadonlySet<string> | undefined> {
  const [names, yaml] = await Promise.all([prometheus.labelNames(options), prometheus.config(options)])
  const config = (parseYamlSource(yaml).value ?? {}) as {
    global?: { external_labels?: Record<string, string> }
    alerting?: { alert_relabel_configs?: unknown[] }
  }
  if ((config.alerting?.alert_relabel_configs ?? []).length > 0) return undefined
  return new Set([...names, ...Object.keys(config.global?.external_labels ?? {})])
}
