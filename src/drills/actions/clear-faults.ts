import { defineAction } from './action.ts'
import { bounded } from './change-system.ts'

/** Lifts every fault there is. There is nothing to put back. */
export const clearFaults = defineAction({
  name: 'clearFaults',
  properties: {},
  build: () => ({
    text: 'clear all faults',
    async do(system) {
      const lifted = await bounded('the faults to be lifted', system.clearFaults())
      return lifted === 1 ? '1 fault was lifted' : `${lifted} faults were lifted`
    },
  }),
})
