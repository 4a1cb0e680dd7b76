import { Type } from '#typebox'
import { milliseconds } from './attributes.ts'
import { DelayLine } from './delay-line.ts'
import { defineToxic } from './toxic.ts'

export const slowClose = defineToxic({
  type: 'slow_close',
  summary: 'Passes data on at once and the end of the stream late',
  attributes: Type.Object({ delay: milliseconds('How much later the end comes') }),
  start: (attributes, { out, nowMs }) =>
    new DelayLine({
      out,
      nowMs,
      schedule: (arrivedMs) => arrivedMs,
      scheduleEnd: (arrivedMs) => arrivedMs + attributes().delay,
    }),
})
