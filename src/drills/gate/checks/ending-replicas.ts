import { formatDuration } from '../../../base/units/duration.ts'
import { within } from '../../within.ts'
import { type GateCheck, LOOK_TIMEOUT_MS } from './check.ts'

/**
 * What was deleted is gone: until then it is a target that is not up, or becomes one in the middle of the run. What does not go although its time
 * is over is tolerated: something may hold it for days. So is what is deleted once the load has begun, as by an autoscaler: a target that is down
 * is found as such.
 */
export const endingReplicas: GateCheck = {
  name: 'what was deleted',
  async look({ system, signal, underLoad }) {
    const bounds = { what: 'what was deleted', boundMs: LOOK_TIMEOUT_MS, signal }
    const ending = system.ending === undefined ? [] : await within(system.ending(), bounds)
    const nowMs = Date.now()
    return ending.map(({ name, sinceMs, goneByMs }) => {
      const text = `the ${name} was deleted and is not gone yet: Prometheus may still scrape it`
      if (nowMs < goneByMs) return underLoad ? { text, tolerated: true } : { text, overByMs: goneByMs }
      return { text: `the ${name} was deleted ${formatDuration(nowMs - sinceMs)} ago and is not gone`, tolerated: true }
    })
  },
}
