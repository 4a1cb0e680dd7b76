import { expect, it } from 'vitest'
import { parseVisible } from './visible.ts'

it('parseVisible shows what is hidden in texts, and leaves all else', () => {
  const value = { name: 'a\u202eb\u001b[2Jé 👩\u200d💻', list: [1, null, true, '\u2066'] }
  expect(parseVisible(JSON.stringify(value))).toEqual({
    name: 'a\\u202eb\\u001b[2Jé 👩\u200d💻',
    list: [1, null, true, '\\u2066'],
  })
})
