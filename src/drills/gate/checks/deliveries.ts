import { deliveriesUnderWay, deliveryKnownMs } from '../deliveries.ts'
import { type GateCheck, LOOK_TIMEOUT_MS } from './check.ts'

/**
 * Alertmanager has no failed delivery that it still tries: it may give up after the gate, and an alert that fires on that would
 * count against the drill.
 */
export const deliveries: GateCheck = {
  name: 'deliveries',
  async look({ prometheus, alertRules, profile: { timing }, signal }) {
    const options = { alertRules, timing, timeoutMs: LOOK_TIMEOUT_MS, signal }
    const underWay = await deliveriesUnderWay(prometheus, options)
    return underWay.map(({ integration }) => ({
      text: `Alertmanager has just failed to deliver by ${integration}, and may still be trying`,
      lastsMs: deliveryKnownMs(timing),
    }))
  },
}
