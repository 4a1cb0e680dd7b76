import { expect, it } from 'vitest'
import { shellWord } from './shell-word.ts'

it.each([
  ['lab', 'lab'],
  ['arn:aws:eks:eu-central-1:1234:cluster/shop', 'arn:aws:eks:eu-central-1:1234:cluster/shop'],
  ['my lab', "'my lab'"],
  ["o'brien; rm", `'o'\\''brien; rm'`],
  ['', "''"],
])('%j is the word %s', (text, word) => {
  expect(shellWord(text)).toBe(word)
})
