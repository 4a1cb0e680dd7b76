import { bad, type Check, good, PROBE } from './check.ts'

/** Whether Prometheus knows the series that the panel selects. */
export const seriesKnown: Check = async ({ prometheus, selectors, window, variables }) => {
  const found = await Promise.all(
    selectors.map(async ({ text, metric }) => ({
      metric,
      chosen: (await prometheus.series(text, window.startMs, PROBE)).length,
    })),
  )
  const missing = [...new Set(found.filter(({ chosen }) => chosen === 0).map(({ metric }) => metric))]
  const known = found.reduce((sum, { chosen }) => sum + chosen, 0)
  if (missing.length === 0) return good(`It selects ${known} series.`)
  const elsewhere = await Promise.all(
    missing.map((metric) => prometheus.series(`{__name__="${metric}"}`, window.startMs, PROBE)),
  )
  const names = missing.slice(0, 3).join(', ')
  if (elsewhere.every((sets) => sets.length === 0)) return bad(`Prometheus has no series ${names} in this time range.`)
  const choice = Object.entries(variables).map(([name, values]) => `${name} ${values.join(', ')}`)
  if (choice.length > 0) return bad(`There are series ${names}, but none of ${choice.join(' and ')}.`)
  return bad(`There are series ${names}, but none with the labels that the panel selects.`)
}
