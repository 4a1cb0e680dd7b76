import { defineJourney, weight } from '../../../src/load/journey/journey.ts'

/** Two requests a second from each user. */
export default defineJourney({
  summary: 'asks twice a second',
  think: '400ms..600ms',
  tasks: [weight(1, (user) => user.get('/'))],
})
