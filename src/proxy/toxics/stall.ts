import { Type } from '#typebox'
import { milliseconds } from './attributes.ts'
import { DelayLine } from './delay-line.ts'
import { defineToxic } from './toxic.ts'

export const stall = defineToxic({
  type: 'stall',
  summary: 'Stops the stream now and then, as TCP does while it waits to send a lost packet again',
  attributes: Type.Object({
    probability: Type.Number({
      minimum: 0,
      maximum: 1,
      default: 0.01,
      description: 'Share of the pieces that stall, 0–1',
    }),
    // The shortest time after which Linux sends a packet again.
    duration: { ...milliseconds('How long nothing passes; what comes behind waits too'), default: 200 },
  }),
  capacityBytes: () => 1024 * 1024,
  start: (attributes, { out, nowMs, random }) =>
    new DelayLine({
      out,
      nowMs,
      schedule: (arrivedMs) => {
        const { probability, duration } = attributes()
        return random() < probability ? arrivedMs + duration : arrivedMs
      },
      scheduleEnd: (arrivedMs) => arrivedMs,
    }),
})
