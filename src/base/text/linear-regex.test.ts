import { describe, expect, it } from 'vitest'
import { compileRegex, isRegex } from './linear-regex.ts'

const MIB = 1024 ** 2

describe('a regular expression of a file', () => {
  it.each([
    ['(a+)+b', 'a'.repeat(45)],
    ['"value":"(a+)+b', `"value":"${'a'.repeat(MIB)}"`],
    ['^(a|a)*$', `${'a'.repeat(MIB)}b`],
    ['(.*a){5}b', 'a'.repeat(MIB)],
    ['([ab]*a[ab]{90}){2}c', 'ab'.repeat(MIB / 2)],
  ])('ends within seconds with any text: %s', (expression, text) => {
    // Of this process: what others do on the machine does not count.
    const before = process.cpuUsage()
    expect(compileRegex(expression)?.test(text)).not.toBe(true)
    const { user, system } = process.cpuUsage(before)
    expect((user + system) / 1_000).toBeLessThan(5_000)
  })

  it('finds what RE2 finds', () => {
    expect(compileRegex('^ok$')?.test('ok')).toBe(true)
    expect(compileRegex('(?i)STATUS":\\s*"(up|ready)"')?.test('{"status": "ready"}')).toBe(true)
    expect(compileRegex('\\p{Lu}\\d{2,3}')?.test('é12')).toBe(false)
  })

  it('looks for nothing where text and expression together are too much', () => {
    expect(compileRegex('[ab]*a[ab]{200}c')?.test('ab'.repeat(MIB / 2))).toBeUndefined()
  })

  it('may not need to look back, and may not be too large', () => {
    for (const one of ['(?=a)b', '(a)\\1', '(', 'a{1001}', '(a{100}){100}', '.{300}']) expect(isRegex(one)).toBe(false)
    for (const one of ['^ok', '"value":"[a-z]+"', 'a{200}']) expect(isRegex(one)).toBe(true)
  })
})
