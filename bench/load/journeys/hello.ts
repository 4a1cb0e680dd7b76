import { defineJourney, weight } from '../../../src/load/journey/journey.ts'

/** As fast as it goes, with what an honest journey does: an endpoint with a name, and a check on every answer. */
export default defineJourney({
  summary: 'asks without thinking',
  tasks: [
    weight(1, async function hello(user) {
      const response = await user.get('/')
      user.check(response, 'is a 200', ({ status }) => status === 200)
    }),
  ],
})
