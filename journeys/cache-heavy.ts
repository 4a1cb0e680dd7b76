import { defineJourney, weight } from '../src/load/journey/journey.ts'
import { changeItem, type OwnItem, ownItem, readItem, removeItem } from './own-item.ts'

export default defineJourney<OwnItem>({
  summary: 'Reads one item over and over, from the cache, and changes it once in a while',
  service: 'store',
  think: '50ms..150ms',
  state: ownItem,
  tasks: [weight(19, readItem), weight(1, changeItem)],
  onStop: removeItem,
})
