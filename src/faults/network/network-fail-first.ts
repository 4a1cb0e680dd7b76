import { Type } from '#typebox'
import { durationParam, read } from '../params.ts'
import { defineNetworkFault, networkParams } from './network-fault.ts'

export const networkFailFirst = defineNetworkFault({
  name: 'network-fail-first',
  summary: 'Reset the first new connections, or those of a period, and let those be that are there',
  params: Type.Object(
    {
      connections: Type.Integer({
        minimum: 0,
        maximum: 1_000_000,
        default: 5,
        description: 'How many fail; 0 sets no limit',
      }),
      period: durationParam({
        min: '0ms',
        max: '1h',
        default: '0ms',
        description: 'For how long new ones fail; 0ms sets no limit but the time of the fault',
      }),
      ...networkParams,
    },
    { additionalProperties: false },
  ),
  seen: 'newConnections',
  toxic: ({ connections, period }) => ({
    type: 'fail_first',
    attributes: { connections, period: Math.round(read('duration', period)) },
  }),
})
