import { Type } from '#typebox'
import { milliseconds } from './attributes.ts'
import { DelayLine } from './delay-line.ts'
import { defineToxic } from './toxic.ts'

export const timeout = defineToxic({
  type: 'timeout',
  summary: 'Drops everything, and closes the connection after timeout',
  attributes: Type.Object({
    timeout: milliseconds('Until the connection is closed; 0 leaves it open until the toxic is removed'),
  }),
  start(attributes, { out, drop, nowMs }) {
    const closing = new DelayLine({
      out,
      nowMs,
      schedule: (startedMs) =>
        attributes().timeout === 0 ? Number.POSITIVE_INFINITY : startedMs + attributes().timeout,
    })
    closing.end('close')
    return {
      push: (piece) => drop(piece.length),
      // A half-open connection that delivers nothing counts as closed.
      end: (how) => out.end(how === 'finish' ? 'close' : how),
      changed: () => closing.changed(),
      release: () => closing.stop(),
      stop: () => closing.stop(),
    }
  },
})
