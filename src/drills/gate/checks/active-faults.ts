import { within } from '../../within.ts'
import { type GateCheck, LOOK_TIMEOUT_MS } from './check.ts'

/** No fault of another run or person is in force. */
export const activeFaults: GateCheck = {
  name: 'faults',
  async look({ system, signal }) {
    const active = await within(system.activeFaults(), { what: 'the faults', boundMs: LOOK_TIMEOUT_MS, signal })
    return active.map(({ fault, service, id }) => ({ text: `the fault ${fault} on ${service} is in force (${id})` }))
  },
}
