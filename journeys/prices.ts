import { defineJourney, weight } from '../src/load/journey/journey.ts'

interface Watched {
  symbols: readonly string[]
}

interface Quotes {
  quotes: { symbol: string }[]
}

export default defineJourney<Watched>({
  summary: 'Looks at the list of prices, then at single ones',
  service: 'quotes',
  think: '50ms..150ms',
  state: () => ({ symbols: [] }),
  tasks: [
    weight(1, async function listPrices(user) {
      const response = await user.get('/quotes')
      if (response.ok) user.state.symbols = response.json<Quotes>()?.quotes.map(({ symbol }) => symbol) ?? []
    }),
    weight(4, async function readPrice(user) {
      const { symbols } = user.state
      const symbol = symbols[Math.floor(user.random() * symbols.length)]
      if (symbol !== undefined) await user.get('/quotes/:symbol', { params: { symbol } })
    }),
  ],
})
