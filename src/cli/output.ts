import { styleText } from 'node:util'
import { withOwnCommand } from './own-command.ts'

type Style = Parameters<typeof styleText>[0]

/** Colours text when the stream is a terminal and NO_COLOR is not set. */
export function paint(stream: NodeJS.WriteStream, style: Style, text: string): string {
  return usesColour(stream) ? styleText(style, text, { validateStream: false }) : text
}

export function usesColour(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY === true && !process.env.NO_COLOR
}

/** A line of result, on stdout. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

/** A line about the work, on stderr. Commands in it are written as this program was called. */
export function note(text: string): void {
  process.stderr.write(`${withOwnCommand(text)}\n`)
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2))
}

/** Columns as wide as their widest cell. `style` colours a cell after it is measured. */
export function formatTable(
  rows: readonly (readonly string[])[],
  style: (text: string, row: number, column: number) => string = (text) => text,
): string[] {
  const widths: number[] = []
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
