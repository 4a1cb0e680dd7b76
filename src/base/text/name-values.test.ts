import { describe, expect, it } from 'vitest'
import { nameValues } from './name-values.ts'

describe('names with their values', () => {
  it.each([
    ['are as they are typed', { delay: '300ms', share: '20%', threads: 2 }, 'delay=300ms share=20% threads=2'],
    ['are without those that name nothing', { image: 'a:1', container: '' }, 'image=a:1'],
    ['keep a text of several words together', { body: 'out of order', to: 3 }, 'body="out of order" to=3'],
    ['are nothing where there is none', {}, ''],
  ])('%s', (_, values, text) => {
    expect(nameValues(values)).toBe(text)
  })
})
