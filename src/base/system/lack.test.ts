import { describe, expect, it } from 'vitest'
import { lackOf } from './lack.ts'

const refused = (code: string, syscall: string) => Object.assign(new Error(`${code}: refused`), { code, syscall })

describe('lackOf', () => {
  it.each([
    ['ENOSPC', 'write', 'disk'],
    ['EDQUOT', 'open', 'disk'],
    ['EMFILE', 'open', 'descriptors'],
    ['ENFILE', 'accept', 'descriptors'],
    ['EAGAIN', 'spawn node', 'processes'],
    ['ENOMEM', 'spawn node', 'memory'],
    ['EAGAIN', 'write', undefined],
    ['EACCES', 'open', undefined],
  ])('reads %s of %s as a lack of %s', (code, syscall, lack) => {
    expect(lackOf(refused(code, syscall))).toBe(lack)
  })

  it('finds what caused the error', () => {
    expect(lackOf(new Error('store-1 did not start', { cause: refused('EMFILE', 'spawn node') }))).toBe('descriptors')
    expect(lackOf('ENOSPC')).toBeUndefined()
  })
})
