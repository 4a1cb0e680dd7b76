import { catalog } from '../../../telemetry/catalog/catalog.ts'
import { renderLabels } from '../../../telemetry/series.ts'
import type { RunSummary } from '../../contract.ts'

/** Which drills are under way, in the Prometheus text format. A drill that is over has no series: dashboards show its time as a band. */
export function renderRunMetrics(runs: readonly Pick<RunSummary, 'drill' | 'state'>[]): string {
  const name = 'firedrill_drill_running'
  const { help, type } = catalog[name]
  const underWay = runs.filter(({ state }) => state === 'starting' || state === 'running')
  const drills = [...new Set(underWay.map(({ drill }) => drill.name))].sort()
  const lines = drills.map((drill) => `${name}{${renderLabels({ drill })}} 1\n`)
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`
}
