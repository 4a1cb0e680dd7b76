import { defineJourney, weight } from '../src/load/journey/journey.ts'
import { takeRisk } from './transactions.ts'

export default defineJourney({
  summary: 'Calls what fails now and then; its failures count',
  service: 'store',
  think: '50ms..150ms',
  tasks: [weight(1, takeRisk)],
})
