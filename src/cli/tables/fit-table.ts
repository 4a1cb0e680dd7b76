import { cutText } from '../../base/text/terminal-text.ts'
import { visibleLine } from '../../base/text/visible.ts'
import { formatTable } from '../terminal/output.ts'
import { wordsWrapped } from '../terminal/words-wrapped.ts'

/**
 * A table that no terminal breaks in the middle: its last column goes on below itself, or is cut. Where even the others have no
 * room beside each other, each row is a paragraph. The first row is the head, if it is in capitals.
 */
export function fitTable(rows: readonly (readonly string[])[], options: FitOptions = {}): string[] {
  const { style = (text) => text, stream = process.stdout, lastMayGo = false } = options
  const columns = stream.isTTY === true ? stream.columns : undefined
  const bare = formatTable(rows)
  if (columns === undefined || bare.every((line) => line.length <= columns)) return formatTable(rows, style)
  const before = widthOfOthers(rows)
  if (lastMayGo && before <= columns) return formatTable(rows, style).map((line) => cutText(line, columns).trimEnd())
  if (columns - before >= LEAST_TEXT) return wrapLast(rows, style, columns - before)
  const styleOf = (row: number) => (text: string, column: number) => style(text, row, column)
  return rows.flatMap((row, index) => (isHead(rows, index) ? [] : paragraph(row, styleOf(index), columns)))
}

/** Fewer columns than these are not worth a column of text. */
const LEAST_TEXT = 24
const INDENT = '  '

type Style = (text: string, row: number, column: number) => string

export interface FitOptions {
  style?: Style
  /** The terminal it is for; a file or a program gets the table as wide as it is. */
  stream?: Pick<NodeJS.WriteStream, 'isTTY' | 'columns'>
  /** The last column only explains the others: it may be cut. Otherwise nothing is lost. */
  lastMayGo?: boolean
}

/** Where the last column begins. */
function widthOfOthers(rows: readonly (readonly string[])[]): number {
  const last = Math.max(...rows.map((row) => row.length)) - 1
  let width = 0
  for (let column = 0; column < last; column += 1)
    width += Math.max(...rows.map((row) => visibleLine(row[column] ?? '').length)) + 2
  return width
}

function wrapLast(rows: readonly (readonly string[])[], style: Style, width: number): string[] {
  const source: number[] = []
  const lines = rows.flatMap((row, index) => {
    const [first = '', ...more] = wordsWrapped(visibleLine(row.at(-1) ?? ''), width)
    source.push(index, ...more.map(() => index))
    const others = row.slice(0, -1)
    return [[...others, first], ...more.map((text) => [...others.map(() => ''), text])]
  })
  return formatTable(lines, (text, row, column) => style(text, source[row] ?? row, column))
}

function paragraph(row: readonly string[], style: (text: string, column: number) => string, width: number): string[] {
  const lines: { cells: string[]; length: number }[] = []
  for (const [column, cell] of row.entries()) {
    for (const text of wordsWrapped(visibleLine(cell), width - INDENT.length)) {
      if (text === '' || text === '-') continue
      const line = lines.at(-1)
      if (line !== undefined && line.length + 2 + text.length <= width) {
        line.cells.push(style(text, column))
        line.length += 2 + text.length
      } else lines.push({ cells: [style(text, column)], length: text.length + (lines.length && INDENT.length) })
    }
  }
  return lines.map(({ cells }, at) => `${at === 0 ? '' : INDENT}${cells.join('  ')}`)
}

function isHead(rows: readonly (readonly string[])[], index: number): boolean {
  return index === 0 && /^[A-Z() ]+$/.test(rows[0]?.join(' ') ?? '')
}
