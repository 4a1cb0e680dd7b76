import { Type } from '#typebox'
import { milliseconds } from './attributes.ts'
import { defineToxic } from './toxic.ts'

export const failFirst = defineToxic({
  type: 'fail_first',
  summary: 'Resets the first new connections, or those of a period, and no others',
  attributes: Type.Object({
    connections: Type.Integer({
      minimum: 0,
      maximum: 1_000_000_000,
      default: 1,
      description: 'How many connections opened since the toxic was added fail; 0 sets no limit',
    }),
    period: milliseconds('How long after the toxic was added new connections fail; 0 sets no limit'),
  }),
  start(attributes, { out, connection, ageMs }) {
    const { connections, period } = attributes()
    const fails =
      connection !== undefined && (connections === 0 || connection < connections) && (period === 0 || ageMs() < period)
    if (fails) out.end('reset')
    return {
      push: (piece) => out.push(piece),
      end: (how) => out.end(how),
      changed: () => undefined,
      release: () => undefined,
      stop: () => undefined,
    }
  },
})
