import { expect, it } from 'vitest'
import { loadId } from './load-id.ts'

const startedAtMs = Date.UTC(2026, 0, 2, 3, 4, 5, 678)

it.each([
  ['a journey that ships', 'cache-heavy', '2026-01-02T03-04-05-678Z-cache-heavy'],
  ['the path of a module', '/home/me/check out.ts', '2026-01-02T03-04-05-678Z-check-out'],
  ['a name that is too long', 'x'.repeat(300), `2026-01-02T03-04-05-678Z-${'x'.repeat(100)}`],
])('a load is named by its beginning and %s', (_, journey, id) => {
  expect(loadId({ startedAtMs, journey })).toBe(id)
})
