import { describe, expect, it } from 'vitest'
import { SuspectKeys } from './suspect-keys.ts'

describe('Distrust', () => {
  it('ends when it is ended or when the entry must have expired', () => {
    let nowMs = 0
    const distrust = new SuspectKeys(100, () => nowMs)
    const trustAgain = distrust.add('a')
    distrust.add('b')
    expect([distrust.has('a'), distrust.has('b'), distrust.has('c')]).toEqual([true, true, false])
    trustAgain()
    expect(distrust.has('a')).toBe(false)
    expect(distrust.keys()).toEqual(['b'])
    nowMs = 100
    expect(distrust.has('b')).toBe(false)
  })

  it('is not ended by an earlier change that was confirmed late', () => {
    let nowMs = 0
    const distrust = new SuspectKeys(100, () => nowMs)
    const first = distrust.add('a')
    nowMs = 1
    distrust.add('a')
    first()
    expect(distrust.has('a')).toBe(true)
  })

  it('trusts nothing for a while when there are more keys than it remembers', () => {
    let nowMs = 0
    const distrust = new SuspectKeys(100, () => nowMs)
    for (let n = 0; n <= 10_000; n++) distrust.add(`key-${n}`)
    expect(distrust.has('any other')).toBe(true)
    nowMs = 100
    expect(distrust.has('any other')).toBe(false)
  })
})
