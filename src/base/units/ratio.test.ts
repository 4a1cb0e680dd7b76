import { describe, expect, it } from 'vitest'
import { parseRatio } from './ratio.ts'

describe('parseRatio', () => {
  it.each([
    ['0%', 0],
    ['12.5%', 0.125],
    ['100%', 1],
  ])('reads %s as %d', (text, ratio) => expect(parseRatio(text)).toBe(ratio))
  it.each(['', '5', '0.5', '101%', '-1%', '%'])('refuses %j', (text) => expect(parseRatio(text)).toBeUndefined())
})
