import type { Logger } from 'pino'
import { messageOf } from '../../base/errors.ts'
import type { Troubles } from '../../base/system/troubles.ts'
import type { Metrics } from '../../telemetry/metrics.ts'

/** How control records errors that nothing catches. */

/** How long such an error is a trouble after it was met last, in milliseconds. */
const REMEMBERED_MS = 10 * 60_000
/** In one life; what is beyond is only counted. */
const MOST_LOGGED = 100

/** Records errors that nothing catches: each is counted, the first ones are logged, the last one is shown as a trouble for a while. */
export function recordUnexpected(troubles: Troubles, metrics: Metrics, logger: Logger): (error: unknown) => void {
  const counter = metrics.counter('firedrill_control_unexpected_errors_total', {})
  let count = 0
  let end: NodeJS.Timeout | undefined
  return (error) => {
    counter.inc()
    count++
    const caught = count === 1 ? 'an unexpected error' : `${count} unexpected errors`
    const last = count === 1 ? ':' : '; the last one:'
    troubles.begin('unexpected', '', `control caught ${caught} and goes on${last} ${messageOf(error)}`)
    clearTimeout(end)
    end = setTimeout(() => troubles.end('unexpected', ''), REMEMBERED_MS)
    end.unref()
    if (count <= MOST_LOGGED) logger.error({ err: error }, 'an unexpected error')
  }
}
