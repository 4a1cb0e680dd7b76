import { Type } from '#typebox'
import { defineAction } from './action.ts'

export const clearFaults = defineAction({
  name: 'clearFaults',
  summary: 'lifts every fault that is in force',
  params: Type.Literal(true, { description: 'true' }),
  target: () => ({ service: 'faults' }),
  async perform(_params, { actuator }) {
    const lifted = await actuator.clearFaults()
    return lifted === 1 ? 'lifted 1 fault' : `lifted ${lifted} faults`
  },
})
