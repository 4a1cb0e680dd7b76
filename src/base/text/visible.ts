/** Text as it may be shown anywhere: what is hidden in it is written out, `\x1b` and `\u202e`. Takes linear time. */
export function visible(text: string): string {
  return text.replace(HIDDEN, (character) => written(character))
}

/**
 * Characters that are not seen, but change what is: control characters but line feed and tab, marks of direction and other
 * formats, separators of lines, halves of surrogate pairs. The joiners of emoji and scripts are not among them.
 */
const HIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\p{Cs}|[\u{e0000}-\u{e007f}]/gu

/** The same for text that is one line: line feeds and tabs are written out, too. */
export function visibleLine(text: string): string {
  return visible(text).replaceAll('\n', '\\n').replaceAll('\t', '\\t')
}

/** JSON that means the same, and hides nothing: in JSON, such characters stand in texts only, where they may be escaped. */
export function visibleJson(json: string): string {
  return json.replace(HIDDEN, (character) =>
    /[\r\t\n]/.test(character) ? character : [...units(character)].map((unit) => `\\u${hex(unit, 4)}`).join(''),
  )
}

function written(character: string): string {
  const code = character.codePointAt(0) ?? 0
  if (code <= 0xff) return `\\x${hex(code, 2)}`
  return code <= 0xffff ? `\\u${hex(code, 4)}` : `\\u{${hex(code, 0)}}`
}

function* units(character: string): Generator<number> {
  for (let index = 0; index < character.length; index += 1) yield character.charCodeAt(index)
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0')
}
