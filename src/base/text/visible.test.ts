import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cutText, styled, terminalText } from './terminal-text.ts'
import { visible, visibleJson, visibleLine } from './visible.ts'

const ATTACK = '\u001b]0;PWNED\u0007\u001b[2J\u001b[31mred\u009b1A\r\b\u007f\u202eevil\u2066\u200f\u061c\u2028\ud83d'
/** All that a terminal takes for something else than a sign; found another way than it is written out. */
const isHidden = (character: string) => {
  const code = character.codePointAt(0) ?? 0
  if (code === 9 || code === 10) return false
  return code < 0x20 || (code >= 0x7f && code < 0xa0) || /^[\p{Bidi_Control}\p{Zl}\p{Zp}\p{Cs}]$/u.test(character)
}

describe('visible', () => {
  it('writes out what is hidden, and leaves all else', () => {
    expect(visible(ATTACK)).toBe(
      '\\x1b]0;PWNED\\x07\\x1b[2J\\x1b[31mred\\x9b1A\\x0d\\x08\\x7f\\u202eevil\\u2066\\u200f\\u061c\\u2028\\ud83d',
    )
    expect(visible('a\tb\nç 漢 👩\u200d💻 ±')).toBe('a\tb\nç 漢 👩\u200d💻 ±')
    expect(visibleLine('a\tb\nVERDICT held')).toBe('a\\tb\\nVERDICT held')
  })

  it('leaves nothing hidden in any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect([...visible(text)].filter(isHidden)).toEqual([])
        expect([...terminalText(text)].filter(isHidden)).toEqual([])
      }),
      { numRuns: 500, seed: 18 },
    )
  })

  it('changes no value of JSON', () => {
    const value = { [ATTACK]: [ATTACK, '\n\t', 1, null] }
    const text = visibleJson(JSON.stringify(value, null, 2))
    expect(JSON.parse(text)).toEqual(value)
    expect([...text].filter(isHidden)).toEqual([])
  })
})

describe('text on a terminal', () => {
  it('has our own colours, and none that data brings along', () => {
    const text = terminalText(`${styled('green', `held \u001b[31m${ATTACK}`)} \u001b[32mmine\u001b[39m`)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
    expect(text.match(/\u001b\[[0-9;]*m/g)).toEqual(['\u001b[32m', '\u001b[39m'])
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is counted
    expect(text.match(/\u001b/g)).toHaveLength(2)
  })

  it('is cut by what is seen, with its colours whole', () => {
    const line = `${styled('red', 'ab\u001bcd')}efgh`
    expect(terminalText(cutText(line, 8))).toBe('\u001b[31mab\\x1bcd\u001b[39m')
    expect(terminalText(cutText(line, 3))).toBe('\u001b[31mab\\\u001b[39m')
  })
})
