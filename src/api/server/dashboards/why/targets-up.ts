import type { Prometheus, ScrapeTarget } from '../../../../probes/prometheus.ts'
import { bad, type Check, good, PROBE } from './check.ts'

/** Whether Prometheus can scrape what the panel's series come from. */
export const targetsUp: Check = async ({ prometheus, selectors, variables }) => {
  const [targets, jobs] = await Promise.all([
    prometheus.targets(PROBE),
    jobsWith(new Set(selectors.map(({ metric }) => metric)), prometheus),
  ])
  const chosen = targets.filter(({ labels }) => isChosen(labels, variables))
  const ofPanel = chosen.filter(({ labels }) => jobs.has(labels.job ?? ''))
  // A metric that no target has had yet may come from any of them.
  const relevant = ofPanel.length > 0 ? ofPanel : chosen
  if (relevant.length === 0) return bad('Prometheus scrapes nothing that fits what is chosen.')
  const down = relevant.filter(({ up }) => !up)
  if (down.length > 0) return bad(`${down.slice(0, 5).map(problemOf).join('; ')}.`, 'firedrill status')
  return good(relevant.length === 1 ? 'Its only target is up.' : `All ${relevant.length} targets are up.`)
}

/** How far back a metric is looked for, in milliseconds: a target that is down has had it before. */
const SINCE_MS = 6 * 3_600_000

/** The jobs that have had one of the metrics. */
async function jobsWith(metrics: ReadonlySet<string>, prometheus: Prometheus): Promise<Set<string>> {
  const sets = await Promise.all(
    [...metrics].map((metric) => prometheus.series(`{__name__="${metric}"}`, Date.now() - SINCE_MS, PROBE)),
  )
  return new Set(sets.flat().flatMap(({ job }) => (job === undefined ? [] : [job])))
}

function isChosen(labels: ScrapeTarget['labels'], variables: Readonly<Record<string, readonly string[]>>): boolean {
  return ['service', 'instance'].every((name) => variables[name]?.includes(labels[name] ?? '') ?? true)
}

function problemOf({ labels, lastError }: ScrapeTarget): string {
  const name = labels.instance ?? labels.job ?? 'a target'
  return `${name} is down${lastError === '' ? '' : ` (${lastError})`}`
}
