import { expect, it } from 'vitest'
import { parseVisible, visible } from '../console/src/format/visible.ts'
import { visible as visibleOnTerminal } from '../src/base/text/visible.ts'

it('parseVisible shows what is hidden in texts, and leaves all else', () => {
  const value = { name: 'a\u202eb\u001b[2Jé 👩\u200d💻', list: [1, null, true, '\u2066', '\ud83d'] }
  expect(parseVisible(JSON.stringify(value))).toEqual({
    name: 'a\\u202eb\\x1b[2Jé 👩\u200d💻',
    list: [1, null, true, '\\u2066', '\\ud83d'],
  })
})

it('parseVisible shows what is hidden in the names of fields', () => {
  const value = { labels: { 'a\u202eb': [{ '\u001b': 'x' }], team: 'y' } }
  expect(parseVisible(JSON.stringify(value))).toEqual({
    labels: { 'a\\u202eb': [{ '\\x1b': 'x' }], team: 'y' },
  })
  expect(JSON.stringify(parseVisible('{"__proto__":{"\u202e":1}}'))).toBe('{"__proto__":{"\\\\u202e":1}}')
})

it('every character looks on the page as it does on a terminal', () => {
  const different: number[] = []
  for (let code = 0; code <= 0x10ffff; code++) {
    const character = String.fromCodePoint(code)
    if (visible(character) !== visibleOnTerminal(character)) different.push(code)
  }
  expect(different).toEqual([])
})
