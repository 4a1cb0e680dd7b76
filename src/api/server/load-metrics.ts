import { catalog } from '../../telemetry/catalog/catalog.ts'
import { renderLabels } from '../../telemetry/series.ts'
import type { LoadView } from '../contract.ts'

/** The metrics of a load, in the Prometheus text format. */

type LoadMetric = Extract<keyof typeof catalog, `firedrill_load_${string}`>
type Sample = [labels: Record<string, string>, value: number]

const QUANTILES = { p50: '0.5', p95: '0.95', p99: '0.99', max: '1' } as const

/** How a load stands, in the Prometheus text format. Without one, that there are no users. */
export function renderLoadMetrics(load: LoadView | undefined): string {
  const running = load !== undefined && !load.ended
  const families: [LoadMetric, Sample[]][] = [['firedrill_load_users', [[{}, running ? load.users : 0]]]]
  if (load !== undefined) {
    families.push(
      ['firedrill_load_saturated', [[{}, running && load.saturated ? 1 : 0]]],
      ['firedrill_load_requests_total', load.endpoints.map(({ name, requests }) => [{ endpoint: name }, requests])],
      [
        'firedrill_load_failures_total',
        load.endpoints.flatMap(({ name, causes }) =>
          Object.entries(causes).map(([cause, count]): Sample => [{ endpoint: name, cause }, count]),
        ),
      ],
    )
  }
  if (running) {
    families.push(
      ['firedrill_load_lateness_seconds', [[{}, load.latenessP99Ms / 1_000]]],
      [
        'firedrill_load_latency_seconds',
        load.endpoints.flatMap(({ name, lastSecond }) => {
          const latency = lastSecond?.latencyMs
          if (latency === null || latency === undefined) return []
          return (Object.keys(QUANTILES) as (keyof typeof QUANTILES)[]).map(
            (key): Sample => [{ endpoint: name, quantile: QUANTILES[key] }, latency[key] / 1_000],
          )
        }),
      ],
    )
  }
  return families
    .map(([name, samples]) => {
      const { help, type } = catalog[name]
      const lines = samples.map(([labels, value]) => {
        const text = renderLabels(labels)
        return `${name}${text === '' ? '' : `{${text}}`} ${value}\n`
      })
      return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`
    })
    .join('\n')
}
