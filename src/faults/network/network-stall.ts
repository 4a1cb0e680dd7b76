import { Type } from '#typebox'
import { durationParam, read, shareParam } from '../params.ts'
import { defineNetworkFault, networkParams } from './network-fault.ts'

export const networkStall = defineNetworkFault({
  name: 'network-stall',
  summary: 'Stop the stream now and then, as lost packets do',
  params: Type.Object(
    {
      probability: shareParam({ min: '1%', max: '100%', default: '5%', description: 'Share of the pieces that stall' }),
      duration: durationParam({ min: '1ms', max: '1m', default: '200ms', description: 'How long nothing passes' }),
      ...networkParams,
    },
    { additionalProperties: false },
  ),
  toxic: ({ probability, duration }) => ({
    type: 'stall',
    attributes: { probability: read('share', probability), duration: Math.round(read('duration', duration)) },
  }),
})
