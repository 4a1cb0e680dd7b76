import { Type } from '#typebox'
import { durationParam, read } from '../params.ts'
import { defineNetworkFault, networkParams } from './network-fault.ts'

export const networkReset = defineNetworkFault({
  name: 'network-reset',
  summary: 'Reset connections (TCP RST) as soon as something is sent on them',
  params: Type.Object(
    {
      after: durationParam({ min: '0ms', max: '1m', default: '0ms', description: 'From the first data to the reset' }),
      ...networkParams,
    },
    { additionalProperties: false },
  ),
  toxic: ({ after }) => ({ type: 'reset_peer', attributes: { timeout: Math.round(read('duration', after)) } }),
})
