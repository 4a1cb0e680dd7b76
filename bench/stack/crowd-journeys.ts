import { defineJourney, weight } from '../../src/load/journey/journey.ts'
import { type AnyJourney, journeys } from '../../src/load/journey/journeys.ts'

/** Looks at all prices, or at one; a user looks at what came back before the next click. */
export const watchPrices = defineJourney({
  summary: 'Looks at all prices, or at one',
  service: 'quotes',
  think: '500ms..1500ms',
  tasks: [
    weight(4, (user) => user.get('/quotes')),
    weight(1, (user) => user.get('/quotes/:symbol', { params: { symbol: 'AAPL' } })),
  ],
}) as AnyJourney

/** The shop of `heavy`; a request that fails on purpose does not count as failed. */
export const shop: AnyJourney = {
  ...journeys.heavy,
  tasks: journeys.heavy.tasks.map((one) =>
    one.task.name === 'takeRisk' ? weight(one.weight, (user) => user.get('/risky', { ok: [500, 503] })) : one,
  ),
}
