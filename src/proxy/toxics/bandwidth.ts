import { Type } from 'typebox'
import { DelayLine } from './delay-line.ts'
import { defineToxic } from './toxic.ts'

/** A piece is cut into what the rate allows in this time, so that bytes flow evenly. */
const SLICE_MS = 10

export const bandwidth = defineToxic({
  type: 'bandwidth',
  summary: 'Lets no more than rate through',
  attributes: Type.Object({
    rate: Type.Number({
      minimum: 0,
      maximum: 1_000_000_000,
      default: 0,
      description: 'Most that passes, in kB/s (1,000 bytes); 0 lets nothing pass',
    }),
  }),
  start: (attributes, { out, nowMs }) =>
    new DelayLine({
      out,
      nowMs,
      // 1 kB/s is one byte a millisecond.
      schedule: (arrivedMs, bytes, previousDueMs) => Math.max(arrivedMs, previousDueMs) + bytes / attributes().rate,
      scheduleEnd: (arrivedMs) => arrivedMs,
      *split(piece) {
        const size = Math.max(1, Math.floor(attributes().rate * SLICE_MS))
        for (let from = 0; from < piece.length; from += size) yield piece.subarray(from, from + size)
      },
    }),
})
