import { Type } from '#typebox'
import { durationParam, read } from '../params.ts'
import { defineNetworkFault, networkParams } from './network-fault.ts'

export const networkBlackhole = defineNetworkFault({
  name: 'network-blackhole',
  summary: 'Swallow all that is sent, without a word to either side, and close the connection later if asked to',
  params: Type.Object(
    {
      close: durationParam({
        min: '0ms',
        max: '1h',
        default: '0ms',
        description: 'After how long the connection is closed; 0ms leaves it open',
      }),
      ...networkParams,
    },
    { additionalProperties: false },
  ),
  toxic: ({ close }) => ({ type: 'timeout', attributes: { timeout: Math.round(read('duration', close)) } }),
})
