import { Type } from 'typebox'
import { defineNetworkFault, networkParams } from './network-fault.ts'

export const networkFailFirst = defineNetworkFault({
  name: 'network-fail-first',
  summary: 'Reset the first new connections, and let those be that are there',
  params: Type.Object(
    {
      connections: Type.Integer({ minimum: 1, maximum: 1_000_000, default: 5, description: 'How many fail' }),
      ...networkParams,
    },
    { additionalProperties: false },
  ),
  seen: 'newConnections',
  toxic: ({ connections }) => ({ type: 'fail_first', attributes: { connections, period: 0 } }),
})
