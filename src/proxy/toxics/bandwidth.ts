import { Type } from '#typebox'
import { DelayLine } from './delay-line.ts'
import { defineToxic } from './toxic.ts'

/** The toxic `bandwidth`. */

/** A piece is cut into parts of what the rate allows in this time, so that bytes flow evenly. */
const SLICE_MS = 10
/** Bytes of this time are held, so that a process that is late by no more than this can catch up. */
const LATE_MS = 200
const MOST_BYTES = 8 * 1024 * 1024

export const bandwidth = defineToxic({
  type: 'bandwidth',
  summary: 'Limits the bytes that pass in a second',
  attributes: Type.Object({
    rate: Type.Number({
      minimum: 0,
      maximum: 1_000_000_000,
      default: 0,
      description: 'Most that passes, in kB/s (1,000 bytes); 0 lets nothing pass',
    }),
  }),
  capacityBytes: ({ rate }) => Math.min(rate * LATE_MS, MOST_BYTES),
  start: (attributes, { out, nowMs }) =>
    new DelayLine({
      out,
      nowMs,
      // 1 kB/s is one byte a millisecond.
      schedule: (arrivedMs, bytes, previousDueMs) => Math.max(arrivedMs, previousDueMs) + bytes / attributes().rate,
      scheduleEnd: (arrivedMs) => arrivedMs,
      nextBytes: () => Math.max(1, Math.floor(attributes().rate * SLICE_MS)),
    }),
})
