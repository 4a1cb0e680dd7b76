import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { defined } from '../../base/defined.ts'
import { LongDelivery } from './long-delivery.ts'

/** FIREDRILL_FUZZ_SEED=7 in the environment makes other texts. */
const SEED = Number(process.env.FIREDRILL_FUZZ_SEED ?? 18)

/** Reads a text in pieces of that length. */
function read(text: string, pieceBytes: number) {
  const alerts: unknown[] = []
  const delivery = new LongDelivery((json) => alerts.push(json === undefined ? 'too long' : JSON.parse(json)))
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += pieceBytes) delivery.push(bytes.subarray(at, at + pieceBytes))
  return { envelope: JSON.parse(delivery.end()) as unknown, alerts }
}

const names = fc.constantFrom('labels', 'status', 'startsAt', 'endsAt', 'annotations', 'alerts', 'a"b\\', 'groupKey')
const objects = fc.dictionary(names, fc.jsonValue({ maxDepth: 3 }), { maxKeys: 6 })

describe('LongDelivery', () => {
  it('reads what a parser would, of any text, in pieces of any length', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(objects, fc.jsonValue({ maxDepth: 2 })), { maxLength: 4 }),
        objects,
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom(0, 2),
        (alerts, more, pieceBytes, indent) => {
          const { alerts: _, groupKey, ...others } = more
          const body = { ...others, ...defined({ groupKey }), alerts }
          const seen = read(JSON.stringify(body, null, indent), pieceBytes)
          const picked = (one: unknown) => {
            if (typeof one !== 'object' || one === null || Array.isArray(one)) return null
            const wanted = ['status', 'labels', 'startsAt', 'endsAt']
            return Object.fromEntries(Object.entries(one).filter(([name]) => wanted.includes(name)))
          }
          const given = JSON.parse(JSON.stringify(body)) as typeof body
          expect(seen.alerts).toEqual(given.alerts.map(picked))
          expect(seen.envelope).toEqual({ ...(groupKey === undefined ? {} : { groupKey: given.groupKey }), alerts: [] })
        },
      ),
      { numRuns: 500, seed: SEED },
    )
  })

  it('holds nothing of an alert whose labels are endless, and reads the next', () => {
    const long = { labels: { a: 'x'.repeat(600_000) } }
    expect(read(JSON.stringify({ alerts: [long, { status: 'firing' }] }), 65_536).alerts).toEqual([
      'too long',
      { status: 'firing' },
    ])
  })

  it.each(['', '{', '{"alerts":[{}', '{"alerts":[{"a":"', '{}', '[]', 'x', '}{'])('refuses %j', (text) => {
    expect(() => read(text, 3)).toThrow(SyntaxError)
  })
})
