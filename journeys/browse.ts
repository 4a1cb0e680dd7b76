import { defineJourney, weight } from '../src/load/journey/journey.ts'
import { ensureItem, listItems, type OwnItem, ownItem, readItem, removeItem } from './own-item.ts'
import { buy } from './transactions.ts'

export default defineJourney<OwnItem>({
  summary: 'Creates an item, then mostly reads it, lists items and buys',
  service: 'store',
  think: '50ms..150ms',
  state: ownItem,
  tasks: [
    weight(14, readItem),
    weight(3, listItems),
    weight(3, async function buyOnce(user) {
      if (await ensureItem(user)) await buy(user)
    }),
  ],
  onStop: removeItem,
})
