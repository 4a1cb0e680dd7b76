import { defineJourney, weight } from '../src/load/journey/journey.ts'
import { buy, listTransactions } from './transactions.ts'

export default defineJourney({
  summary: 'Books transactions, and looks at the latest ones now and then',
  service: 'store',
  think: '50ms..150ms',
  tasks: [weight(4, buy), weight(1, listTransactions)],
})
