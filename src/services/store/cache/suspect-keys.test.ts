import { describe, expect, it } from 'vitest'
import { SuspectKeys } from './suspect-keys.ts'

describe('SuspectKeys', () => {
  it('ends when it is ended or when the entry must have expired', () => {
    let nowMs = 0
    const suspects = new SuspectKeys(100, () => nowMs)
    const trustAgain = suspects.add('a')
    suspects.add('b')
    expect([suspects.has('a'), suspects.has('b'), suspects.has('c')]).toEqual([true, true, false])
    trustAgain()
    expect(suspects.has('a')).toBe(false)
    expect(suspects.keys()).toEqual(['b'])
    nowMs = 100
    expect(suspects.has('b')).toBe(false)
  })

  it('is not ended by an earlier change that was confirmed late', () => {
    let nowMs = 0
    const suspects = new SuspectKeys(100, () => nowMs)
    const first = suspects.add('a')
    nowMs = 1
    suspects.add('a')
    first()
    expect(suspects.has('a')).toBe(true)
  })

  it('trusts nothing for a while when there are more keys than it remembers', () => {
    let nowMs = 0
    const suspects = new SuspectKeys(100, () => nowMs)
    for (let n = 0; n <= 10_000; n++) suspects.add(`key-${n}`)
    expect(suspects.has('any other')).toBe(true)
    nowMs = 100
    expect(suspects.has('any other')).toBe(false)
  })
})
