import { Type } from '#typebox'
import { DelayLine } from './delay-line.ts'
import { defineToxic } from './toxic.ts'

/** The toxic `slicer`. */

const MAX_BYTES = 1_000_000_000

export const slicer = defineToxic({
  type: 'slicer',
  summary: 'Cuts data into small pieces, sent one by one',
  attributes: Type.Object({
    average_size: Type.Integer({
      minimum: 1,
      maximum: MAX_BYTES,
      default: 1_024,
      description: 'Average size of a piece, in bytes',
    }),
    size_variation: Type.Integer({
      minimum: 0,
      maximum: MAX_BYTES,
      default: 0,
      description: 'Largest deviation from the average, in bytes; smaller than average_size',
    }),
    delay: Type.Integer({
      minimum: 0,
      maximum: 86_400_000_000,
      default: 0,
      description: 'Pause between two pieces, in µs; below 1,000 it holds on average, as timers count milliseconds',
    }),
  }),
  start: (attributes, { out, nowMs, random }) =>
    new DelayLine({
      out,
      nowMs,
      schedule: (arrivedMs, _bytes, previousDueMs) => Math.max(arrivedMs, previousDueMs + attributes().delay / 1_000),
      scheduleEnd: (arrivedMs) => arrivedMs,
      // Of pieces that are late, too, each is sent on its own: the system joins what is written in one turn.
      partsATurn: () => (attributes().delay > 0 ? 1 : 64),
      nextBytes: () => {
        const { average_size: average, size_variation: variation } = attributes()
        return Math.max(1, Math.round(average + variation * (2 * random() - 1)))
      },
    }),
})
