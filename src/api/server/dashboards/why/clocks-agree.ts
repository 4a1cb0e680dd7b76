import { formatDuration } from '../../../../base/units/duration.ts'
import { bad, type Check, good, PROBE } from './check.ts'

/** Whether the clocks of Prometheus, of control and of the one who asks agree, and whether samples are as young as they should be. */
export const clocksAgree: Check = async ({ prometheus, selectors, scrapeMs, askerOffMs = 0 }) => {
  const [clock] = await prometheus.clocks(PROBE)
  const offMs = clock === undefined ? 0 : clock.atMs - (clock.askedAtMs + clock.answeredAtMs) / 2
  if (Math.abs(offMs) > MOST_OFF_MS) return bad(`The clock of Prometheus is ${ahead(offMs)} that of control.`)
  if (Math.abs(askerOffMs) > MOST_OFF_MS)
    return bad(`The clock of this browser is ${ahead(askerOffMs)} that of control.`)
  const ages = await Promise.all(
    selectors.map(({ text }) => prometheus.query(`time() - max(timestamp(${text}))`, PROBE)),
  )
  const youngestMs = Math.min(...ages.flat().map(({ value }) => value * 1_000))
  const lateMs = Math.max(3 * scrapeMs, 5_000)
  if (Number.isFinite(youngestMs) && youngestMs > lateMs)
    return bad(`The newest sample is ${formatDuration(youngestMs)} old: nothing was scraped since.`)
  return good('All clocks agree, to within seconds.')
}

/** Less is of no account: a scrape and an answer take their time. */
const MOST_OFF_MS = 3_000

function ahead(ms: number): string {
  return `${formatDuration(Math.abs(ms))} ${ms > 0 ? 'ahead of' : 'behind'}`
}
