import { randomBytes } from 'node:crypto'
import { styleText } from 'node:util'
import { visible } from './visible.ts'

/**
 * What is written to a terminal: our own styles as they are, and all else visible. What an alert, a label, a file or an answer
 * says, it can neither move the cursor nor colour what it says.
 */
export function terminalText(text: string): string {
  return partsOf(text)
    .map((part) => (part.isStyle ? `\x1b${part.text}` : visible(part.text)))
    .join('')
}

export type Style = Parameters<typeof styleText>[0]

/** Marks our own styles, as opposed to those that stand in data: nobody outside of this process knows it. */
const KEY = randomBytes(8).toString('hex')
const MARK = `\x1b${KEY}`
const OURS = new RegExp(`${MARK}(\\[[0-9;]*m)`)

/** Text in a colour. It becomes one in `terminalText`, and nowhere else. */
export function styled(style: Style, text: string): string {
  // Of no text but its own, so that what `text` says stays data.
  const [before = '', after = ''] = styleText(style, '\n', { validateStream: false }).split('\n')
  return before.replaceAll('\x1b', MARK) + text + after.replaceAll('\x1b', MARK)
}

/** The first `width` characters that are seen; styles do not count, and stay. */
export function cutText(text: string, width: number): string {
  let seen = 0
  return partsOf(text)
    .map(({ text: part, isStyle }) => {
      if (isStyle) return MARK + part
      const rest = [...visible(part)].slice(0, width - seen)
      seen += rest.length
      return rest.join('')
    })
    .join('')
}

function partsOf(text: string): { text: string; isStyle: boolean }[] {
  // What is in brackets in the expression stands between the parts.
  return text.split(OURS).map((part, index) => ({ text: part, isStyle: index % 2 === 1 }))
}
