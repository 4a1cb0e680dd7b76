import { defineJourney } from '../src/load/journey/journey.ts'
import browse from './browse.ts'

export default defineJourney({
  ...browse,
  summary: 'Browses as people do: with a second to look before they go on',
  think: '500ms..1500ms',
})
