import { within } from '../../within.ts'
import { type GateCheck, LOOK_TIMEOUT_MS } from './check.ts'

/** The responder is not at work on any incident. */
export const openIncidents: GateCheck = {
  name: 'incidents',
  async look({ system, signal }) {
    const incidents = await within(system.incidents(), { what: 'the incidents', boundMs: LOOK_TIMEOUT_MS, signal })
    return incidents.flatMap(({ inProgress, id, alertname, status }) =>
      inProgress ? [{ text: `incident ${id} (${alertname}) is ${status}` }] : [],
    )
  },
}
