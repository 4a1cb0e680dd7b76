import { defineJourney, weight } from '../../../src/load/journey/journey.ts'

/** Asks once, then thinks for longer than the run. */
export default defineJourney({
  summary: 'thinks, mostly',
  think: '10m..20m',
  tasks: [weight(1, (user) => user.get('/'))],
})
