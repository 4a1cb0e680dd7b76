import { formatDuration, promDuration } from '../../../../base/units/duration.ts'
import { bad, type Check, good, none, PROBE } from './check.ts'

/** Whether what the panel counts has happened at all. */
export const hasTraffic: Check = async ({ prometheus, selectors, window }) => {
  const counters = new Set(selectors.filter(({ counts }) => counts).map(({ text }) => text))
  if (counters.size === 0) return none('The panel shows values as they are: it counts nothing.')
  const rangeMs = window.endMs - window.startMs
  const sums = await Promise.all(
    [...counters].map((text) => prometheus.query(`sum(increase(${text}[${promDuration(rangeMs)}]))`, PROBE)),
  )
  const counted = sums.flat().reduce((sum, { value }) => sum + (Number.isFinite(value) ? value : 0), 0)
  const within = `in the last ${formatDuration(rangeMs)}`
  if (counted > 0) return good(`It has counted ${Math.max(1, Math.round(counted)).toLocaleString('en')} ${within}.`)
  return bad(`It has counted nothing ${within}.`, 'firedrill load')
}
