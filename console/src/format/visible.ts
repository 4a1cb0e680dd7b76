/**
 * Characters that change how those around them are drawn, and are invisible themselves: control characters, marks of direction,
 * separators of lines, halves of surrogate pairs. A copy of what src/base/text/visible.ts writes out on a terminal; a test holds both
 * the same.
 */
const HIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\p{Cs}|[\u{e0000}-\u{e007f}]/gu

/** JSON whose texts, and whose names of fields, show what is hidden in them: `\x1b` and `\u202e`. */
export function parseVisible(json: string): unknown {
  return JSON.parse(json, (_, value: unknown) => {
    if (typeof value === 'string') return visible(value)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
    const fields = Object.entries(value)
    return fields.some(([name]) => visible(name) !== name)
      ? Object.fromEntries(fields.map(([name, field]) => [visible(name), field]))
      : value
  })
}

/** The same text as `visible` of src/base/text/visible.ts makes. */
export function visible(text: string): string {
  return text.replace(HIDDEN, written)
}

function written(character: string): string {
  const code = character.codePointAt(0) ?? 0
  if (code <= 0xff) return `\\x${hex(code, 2)}`
  return code <= 0xffff ? `\\u${hex(code, 4)}` : `\\u{${hex(code, 0)}}`
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0')
}
