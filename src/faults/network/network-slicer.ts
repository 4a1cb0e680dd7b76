import { Type } from '#typebox'
import { bytesParam, durationParam, read } from '../params.ts'
import { defineNetworkFault, networkParams } from './network-fault.ts'

export const networkSlicer = defineNetworkFault({
  name: 'network-slicer',
  summary: 'Cut what passes into small pieces, sent one by one',
  params: Type.Object(
    {
      size: bytesParam({ min: '1B', max: '1MiB', default: '64B', description: 'Size of a piece, on average' }),
      delay: durationParam({ min: '0ms', max: '1s', default: '1ms', description: 'Pause between two pieces' }),
      ...networkParams,
    },
    { additionalProperties: false },
  ),
  toxic: ({ size, delay }) => ({
    type: 'slicer',
    attributes: {
      average_size: read('bytes', size),
      size_variation: 0,
      delay: Math.round(read('duration', delay) * 1_000),
    },
  }),
})
