import { describe, expect, it } from 'vitest'
import { keepLabels } from './labels.ts'

const many = (count: number, value: string) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`label_${index}`, value]))

describe('keepLabels', () => {
  it('keeps what is within bounds as it is', () => {
    const labels = { alertname: 'ServiceDown', service: 'store', long: 'x'.repeat(4_096) }
    expect(keepLabels(labels)).toEqual({ labels })
    expect(keepLabels(labels).labels).toBe(labels)
  })

  it('cuts a long value, with a mark, and says so', () => {
    const { labels, shortened } = keepLabels({ a: 'x'.repeat(4_097), b: 'c' })
    expect([labels.a?.length, labels.a?.endsWith('… (cut)'), labels.b]).toEqual([4_096, true, 'c'])
    expect(shortened).toBe('a is cut from 4097 to 4096 characters')
  })

  it.each([
    ['too many', many(200, 'x'), 100],
    ['too long altogether', many(90, 'x'.repeat(500)), 16],
  ])('leaves out what is %s, and never what decides', (_what, given, most) => {
    const names = { alertname: 'ServiceDown', service: 'store', instance: 'store-1', severity: 'critical' }
    const { labels, shortened } = keepLabels({ ...given, ...names })
    expect(labels).toMatchObject(names)
    expect(Object.keys(labels).length).toBeLessThanOrEqual(Math.max(most, 21))
    expect(JSON.stringify(labels).length).toBeLessThan(10_000)
    expect(shortened).toMatch(/\d+ of \d+ labels are left out$/)
  })

  it('leaves out names that no label has', () => {
    const given = JSON.parse(`{"__proto__":"x","${'n'.repeat(257)}":"x","a":"b"}`) as Record<string, string>
    expect(keepLabels(given)).toEqual({ labels: { a: 'b' }, shortened: '2 of 3 labels are left out' })
  })
})
