import { Type } from '#typebox'
import { durationParam, read } from '../params.ts'
import { defineNetworkFault, networkParams } from './network-fault.ts'

export const networkSlowClose = defineNetworkFault({
  name: 'network-slow-close',
  summary: 'Let the end of a connection arrive late',
  params: Type.Object(
    {
      delay: durationParam({ min: '1ms', max: '1h', default: '5s', description: 'How much later it arrives' }),
      ...networkParams,
    },
    { additionalProperties: false },
  ),
  // There may be no data: it waits for connections to end.
  seen: 'connections',
  toxic: ({ delay }) => ({ type: 'slow_close', attributes: { delay: Math.round(read('duration', delay)) } }),
})
