import { Type } from '#typebox'
import { milliseconds } from './attributes.ts'
import { DelayLine } from './delay-line.ts'
import { defineToxic } from './toxic.ts'

export const latency = defineToxic({
  type: 'latency',
  summary: 'Delays everything by latency ± jitter',
  attributes: Type.Object({
    latency: milliseconds('Delay'),
    jitter: milliseconds('Largest deviation from the delay, either way; evenly spread, drawn for each piece'),
  }),
  // What a long link holds on its way: the largest receive window that Linux grows to by itself.
  capacityBytes: () => 6 * 1024 * 1024,
  start: (attributes, { out, nowMs, random }) =>
    new DelayLine({
      out,
      nowMs,
      schedule: (arrivedMs) => {
        const { latency, jitter } = attributes()
        return arrivedMs + latency + jitter * (2 * random() - 1)
      },
    }),
})
