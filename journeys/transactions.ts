import type { User } from '../src/load/journey/journey.ts'

export async function buy(user: User): Promise<void> {
  const amount = (1 + user.random() * 99).toFixed(2)
  const response = await user.post('/transactions', { amount, currency: 'EUR' })
  if (response.ok)
    user.check(response, 'the amount is booked', (r) => Number(r.json<{ amount: string }>()?.amount) === Number(amount))
}

export async function listTransactions(user: User): Promise<void> {
  await user.get('/transactions?limit=20')
}

/** Fails now and then, on purpose. Its failures count. */
export async function takeRisk(user: User): Promise<void> {
  await user.get('/risky')
}
