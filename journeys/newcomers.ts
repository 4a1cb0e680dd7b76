import { defineJourney, weight } from '../src/load/journey/journey.ts'

export default defineJourney<{ made: number }>({
  summary: 'Makes an item, reads it once and removes it: no cache can help',
  service: 'store',
  think: '50ms..150ms',
  state: () => ({ made: 0 }),
  tasks: [
    weight(1, async function makeReadRemove(user) {
      const key = `firedrill-${user.id}-${user.state.made++}`
      const made = await user.post('/items', { key, value: `made by ${user.id}` })
      if (!made.ok) return
      const response = await user.get('/items/:key', { params: { key } })
      if (response.ok)
        user.check(response, 'the item is the one asked for', (r) => r.json<{ key: string }>()?.key === key)
      await user.delete('/items/:key', { params: { key } })
    }),
  ],
})
