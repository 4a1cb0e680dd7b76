import { Type } from '#typebox'
import { byteRateParam, read } from '../params.ts'
import { defineNetworkFault, networkParams } from './network-fault.ts'

export const networkBandwidth = defineNetworkFault({
  name: 'network-bandwidth',
  summary: 'Let no more than a rate through, for each connection',
  params: Type.Object(
    {
      rate: byteRateParam({ min: '1KiB/s', max: '1GiB/s', default: '16KiB/s', description: 'Most that passes' }),
      ...networkParams,
    },
    { additionalProperties: false },
  ),
  toxic: ({ rate }) => ({ type: 'bandwidth', attributes: { rate: read('byte-rate', rate) / 1_000 } }),
})
