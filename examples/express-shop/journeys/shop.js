import { defineJourney, weight } from 'firedrill/load'

export default defineJourney({
  summary: 'Looks around, and buys a cup of tea now and then',
  service: 'shop',
  think: '50ms..150ms',
  tasks: [
    weight(4, (user) => user.get('/items')),
    weight(4, (user) => user.get('/items/:name', { params: { name: user.random() < 0.5 ? 'tea' : 'mug' } })),
    weight(2, async (user) => {
      const bought = await user.post('/checkout', { items: ['tea', 'mug'] })
      user.check(bought, 'costs 13', (response) => response.json()?.total === 13)
    }),
  ],
})
