import { within } from '../../within.ts'
import { type GateCheck, LOOK_TIMEOUT_MS } from './check.ts'

/** The responder is not at work on any incident. */
export const openIncidents: GateCheck = {
  name: 'incidents',
  async look({ system, signal }) {
    const incidents = await within(LOOK_TIMEOUT_MS, 'the incidents', system.incidents(), signal)
    return incidents.flatMap(({ inProgress, id, alertname, status }) =>
      inProgress ? [{ text: `incident ${id} (${alertname}) is ${status}` }] : [],
    )
  },
}
