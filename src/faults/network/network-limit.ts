import { Type } from '#typebox'
import { bytesParam, read } from '../params.ts'
import { defineNetworkFault, networkParams } from './network-fault.ts'

export const networkLimit = defineNetworkFault({
  name: 'network-limit',
  summary: 'Close each connection after it has carried a number of bytes',
  params: Type.Object(
    {
      size: bytesParam({ min: '0B', max: '1GiB', default: '1KiB', description: 'What a connection may carry' }),
      ...networkParams,
    },
    { additionalProperties: false },
  ),
  toxic: ({ size }) => ({ type: 'limit_data', attributes: { bytes: read('bytes', size) } }),
})
