import { describe, expect, it } from 'vitest'
import { namesOf } from './series-names.ts'

describe('namesOf', () => {
  it.each([
    ['one series by its instance', [{ instance: 'store-1', service: 'store' }], ['store-1']],
    ['one without labels', [{}], ['value']],
    [
      'several by the labels that differ',
      [
        { a: '1', b: 'x' },
        { a: '2', b: 'x' },
      ],
      ['1', '2'],
    ],
    [
      'replicas by their instance alone',
      [
        { instance: 'store-1', service: 'store' },
        { instance: 'quotes-1', service: 'quotes' },
      ],
      ['store-1', 'quotes-1'],
    ],
    ['those that lack a label', [{ a: '1' }, {}], ['1', 'value']],
    ['no series', [], []],
  ])('names %s', (_, labels, names) => {
    expect(namesOf(labels)).toEqual(names)
  })
})
