import { visible } from '../../base/text/visible.ts'
import { withOwnCommand } from './own-command.ts'
import { wordsWrapped } from './words-wrapped.ts'

/** A text behind its head: on a terminal it goes on below its own beginning; a file or a program gets it as wide as it is. */
export function hangingLines(head: string, text: string, stream: Terminal = process.stdout): string[] {
  const width = stream.isTTY === true ? (stream.columns ?? 0) - head.length : 0
  if (width < LEAST_TEXT) return [head + text]
  // A command is written as it is typed here before anything is measured.
  const lines = withOwnCommand(text)
    .split('\n')
    .flatMap((line) => wordsWrapped(visible(line), width))
  return lines.map((line, index) => `${index === 0 ? head : ' '.repeat(head.length)}${line}`)
}

/** What decides how a text is laid out. */
export type Terminal = Pick<NodeJS.WriteStream, 'isTTY' | 'columns'>

/** Fewer columns than these are not worth a column of text. */
const LEAST_TEXT = 24
