import type { User } from '../src/load/journey/journey.ts'

/** The item that a user of the store has to itself. */
export interface OwnItem {
  key: string
  tries: number
  created: boolean
}

export function ownItem({ id }: Pick<User, 'id'>): OwnItem {
  return { key: `firedrill-${id}`, tries: 0, created: false }
}

/** Creates the user's item when it is not there yet; whether it is there now. A store that was down is tried again. */
export async function ensureItem(user: User<OwnItem>): Promise<boolean> {
  const { state } = user
  if (state.created) return true
  // An earlier try may have been carried out although its answer was lost: then the item is there.
  const ok = state.tries > 0 ? [409] : []
  state.tries += 1
  const response = await user.post('/items', { key: state.key, value: `made by ${user.id}` }, { ok })
  state.created = response.ok
  return false
}

export async function readItem(user: User<OwnItem>): Promise<void> {
  const { key } = user.state
  if (!(await ensureItem(user))) return
  const response = await user.get('/items/:key', { params: { key } })
  if (response.ok) user.check(response, 'the item is the one asked for', (r) => r.json<{ key: string }>()?.key === key)
}

export async function changeItem(user: User<OwnItem>): Promise<void> {
  if (!(await ensureItem(user))) return
  await user.put('/items/:key', { value: String(user.random()) }, { params: { key: user.state.key } })
}

export async function listItems(user: User<OwnItem>): Promise<void> {
  if (await ensureItem(user)) await user.get('/items?limit=20')
}

/** Leaves nothing behind; in no figure, for users do not clean up. */
export async function removeItem(user: User<OwnItem>): Promise<void> {
  const { key, tries } = user.state
  if (tries > 0) await user.delete('/items/:key', { params: { key }, record: false })
}
