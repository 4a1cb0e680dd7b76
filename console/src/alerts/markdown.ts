/** The little of Markdown that runbooks are written in: headings, paragraphs, lists, code, and links without their targets. */

export type Block =
  | { kind: 'heading'; level: number; text: string }
  | { kind: 'paragraph'; text: string }
  | { kind: 'code'; text: string }
  | { kind: 'list'; items: string[] }
  | { kind: 'table'; rows: string[][] }

/** A text as blocks, in order. */
export function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = []
  let code: string[] | undefined
  let continues = false
  for (const line of markdown.split('\n')) {
    if (line.startsWith('```')) {
      if (code !== undefined) blocks.push({ kind: 'code', text: code.join('\n') })
      code = code === undefined ? [] : undefined
      continues = false
    } else if (code !== undefined) code.push(line)
    else continues = addLine(blocks, line, continues)
  }
  if (code !== undefined) blocks.push({ kind: 'code', text: code.join('\n') })
  return blocks
}

/** A piece of a line. */
export interface Piece {
  kind: 'text' | 'code' | 'strong'
  text: string
}

export function inlineOf(text: string): Piece[] {
  return text
    .replaceAll(/\[([^\]]+)\]\([^)]*\)/g, '$1')
    .split(/(`[^`]+`|\*\*[^*]+\*\*)/)
    .filter((part) => part !== '')
    .map((part): Piece => {
      if (part.startsWith('`')) return { kind: 'code', text: part.slice(1, -1) }
      return part.startsWith('**') ? { kind: 'strong', text: part.slice(2, -2) } : { kind: 'text', text: part }
    })
}

/** Returns whether the next line can continue what this one has begun. */
function addLine(blocks: Block[], line: string, continues: boolean): boolean {
  const heading = /^(#{1,6}) (.*)$/.exec(line)
  const item = /^\s*(?:[-*]|\d+\.) (.*)$/.exec(line)?.[1]
  const cells = cellsOf(line)
  const last = blocks.at(-1)
  if (line.trim() === '') return false
  if (heading !== null) blocks.push({ kind: 'heading', level: heading[1]?.length ?? 1, text: heading[2] ?? '' })
  else if (cells !== undefined) {
    if (continues && last?.kind === 'table') last.rows.push(...(isRule(cells) ? [] : [cells]))
    else blocks.push({ kind: 'table', rows: [cells] })
  } else if (item !== undefined) {
    if (last?.kind === 'list') last.items.push(item)
    else blocks.push({ kind: 'list', items: [item] })
  } else if (continues && last?.kind === 'list') last.items.push(`${last.items.pop() ?? ''} ${line.trim()}`)
  else if (continues && last?.kind === 'paragraph') last.text += ` ${line.trim()}`
  else blocks.push({ kind: 'paragraph', text: line.trim() })
  return heading === null
}

/** The cells of a line of a table. */
function cellsOf(line: string): string[] | undefined {
  const inner = /^\|(.*)\|\s*$/.exec(line)?.[1]
  return inner?.split('|').map((cell) => cell.trim())
}

/** Whether it is the line below the heading: |---|---|. */
function isRule(cells: readonly string[]): boolean {
  return cells.every((cell) => /^:?-+:?$/.test(cell))
}
