import { defineJourney, weight } from '../src/load/journey/journey.ts'
import { changeItem, listItems, type OwnItem, ownItem, readItem, removeItem } from './own-item.ts'
import { buy, listTransactions, takeRisk } from './transactions.ts'

export default defineJourney<OwnItem>({
  summary: 'Everything the store offers, weighted as a shop might see it',
  service: 'store',
  think: '500ms..1500ms',
  state: ownItem,
  tasks: [
    weight(9, readItem),
    weight(2, listItems),
    weight(2, changeItem),
    weight(3, buy),
    weight(2, listTransactions),
    weight(2, takeRisk),
  ],
  onStop: removeItem,
})
