import { type Style, styled, terminalText } from '../../base/text/terminal-text.ts'
import { visible, visibleJson, visibleLine } from '../../base/text/visible.ts'
import { withOwnCommand } from './own-command.ts'

/** Colours text when the stream is a terminal and NO_COLOR is not set. */
export function paint(stream: Pick<NodeJS.WriteStream, 'isTTY'>, style: Style, text: string): string {
  return usesColour(stream) ? styled(style, text) : text
}

export function usesColour(stream: Pick<NodeJS.WriteStream, 'isTTY'>): boolean {
  return stream.isTTY === true && !process.env.NO_COLOR
}

/** A line of result, on stdout. Commands in it are written as this program was called: what is printed can be typed. */
export function print(text: string): void {
  write(process.stdout, `${withOwnCommand(text)}\n`)
}

/** A line about the work, on stderr, with commands as in `print`. */
export function note(text: string): void {
  write(process.stderr, `${withOwnCommand(text)}\n`)
}

export function printJson(value: unknown): void {
  process.stdout.write(`${visibleJson(JSON.stringify(value, null, 2))}\n`)
}

/**
 * The one way to stdout and stderr, whether or not they are a terminal: what is read later in one is no better. Nothing that
 * comes from outside reaches it as an escape sequence; a test keeps everybody else from writing there.
 */
export function write(stream: NodeJS.WriteStream, text: string): void {
  stream.write(terminalText(text))
}

/** A document as it is (YAML, a report), for a file or a program; on a terminal as one can look at it. */
export function writeDocument(text: string): void {
  process.stdout.write(process.stdout.isTTY === true ? visible(text) : text)
}

/** Columns as wide as their widest cell. `style` colours a cell after it is measured. */
export function formatTable(
  rows: readonly (readonly string[])[],
  style: (text: string, row: number, column: number) => string = (text) => text,
): string[] {
  const widths: number[] = []
  rows = rows.map((row) => row.map(visibleLine))
  for (const row of rows)
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length)
  return rows.map((row, index) =>
    row
      .map((cell, column) => {
        const padded = column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)
        return style(padded, index, column)
      })
      .join('  ')
      .trimEnd(),
  )
}
