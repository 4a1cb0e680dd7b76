import { Type } from '#typebox'
import { durationParam, read } from '../params.ts'
import { defineNetworkFault, networkParams } from './network-fault.ts'

export const networkLatency = defineNetworkFault({
  name: 'network-latency',
  summary: 'Delay what passes between the services and a store',
  params: Type.Object(
    {
      delay: durationParam({ min: '1ms', max: '1m', default: '250ms', description: 'How long everything is delayed' }),
      jitter: durationParam({ min: '0ms', max: '1m', default: '0ms', description: 'How far the delay strays, evenly' }),
      ...networkParams,
    },
    { additionalProperties: false },
  ),
  toxic: ({ delay, jitter }) => ({
    type: 'latency',
    attributes: { latency: Math.round(read('duration', delay)), jitter: Math.round(read('duration', jitter)) },
  }),
})
