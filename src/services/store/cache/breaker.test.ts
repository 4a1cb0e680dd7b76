import { describe, expect, it } from 'vitest'
import { Breaker } from './breaker.ts'

describe('Breaker', () => {
  it('lets through until three failures in a row, then one try a second, then all again', () => {
    let nowMs = 0
    const breaker = new Breaker(() => nowMs)
    breaker.failed()
    breaker.failed()
    breaker.succeeded()
    breaker.failed()
    breaker.failed()
    expect(breaker.mayTry()).toBe(true)
    breaker.failed()
    expect(breaker.mayTry()).toBe(false)
    nowMs = 1_000
    expect([breaker.mayTry(), breaker.mayTry()]).toEqual([true, false])
    breaker.succeeded()
    expect([breaker.mayTry(), breaker.mayTry()]).toEqual([true, true])
  })
})
