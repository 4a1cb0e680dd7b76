import { describe, expect, it } from 'vitest'
import { errorOf } from './problem.ts'

describe('errorOf', () => {
  it('makes the error that a problem document describes', () => {
    const problem = {
      type: 'about:blank',
      title: 'Conflict',
      status: 409,
      code: 'FD_X',
      detail: 'not now',
      next: 'wait',
    }
    expect(errorOf(JSON.stringify(problem), 'store-1')?.toJSON()).toEqual({
      code: 'FD_X',
      message: 'not now',
      where: 'store-1',
      next: 'wait',
    })
  })

  it.each([
    ['no JSON', '<html>'],
    ['null', 'null'],
    ['a text', '"FD_X"'],
    ['a document without a code', '{"detail":"not now"}'],
    ['a document without a detail', '{"code":"FD_X"}'],
  ])('finds no error in %s', (_what, text) => {
    expect(errorOf(text, 'store-1')).toBeUndefined()
  })
})
