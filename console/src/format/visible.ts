/**
 * Characters that change how those around them are drawn, and are not seen themselves: control characters, marks of direction,
 * separators of lines. The same that src/base/visible.ts writes out on a terminal.
 */
const HIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu

/** JSON whose texts show what is hidden in them: `\u202e`. */
export function parseVisible(json: string): unknown {
  return JSON.parse(json, (_, value: unknown) => (typeof value === 'string' ? value.replace(HIDDEN, written) : value))
}

function written(character: string): string {
  return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`
}
