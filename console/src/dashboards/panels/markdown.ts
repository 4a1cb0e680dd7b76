/** A block of Markdown. Its texts may have code, emphasis and links in them. */
export type Block =
  | { kind: 'heading' | 'paragraph' | 'code'; text: string }
  | { kind: 'list'; isOrdered: boolean; items: string[] }
  | { kind: 'table'; head: string[]; rows: string[][] }

/** The blocks of a text, as runbooks use them: headings, paragraphs, lists, tables, code. Anything else is a paragraph. */
export function parseMarkdown(text: string): Block[] {
  const blocks: Block[] = []
  let code: string[] | undefined
  for (const line of text.split('\n')) {
    if (line.startsWith('```')) {
      if (code !== undefined) blocks.push({ kind: 'code', text: code.join('\n') })
      code = code === undefined ? [] : undefined
    } else if (code !== undefined) code.push(line)
    else if (line.trim() === '') blocks.push({ kind: 'paragraph', text: '' })
    else add(blocks, line)
  }
  return blocks.filter((block) => block.kind !== 'paragraph' || block.text !== '')
}

function add(blocks: Block[], line: string): void {
  const last = blocks.at(-1)
  const heading = /^#+ +(.*)/.exec(line)?.[1]
  const [, marker, item] = /^(-|\*|\d+\.) +(.*)/.exec(line) ?? []
  if (heading !== undefined) blocks.push({ kind: 'heading', text: heading })
  else if (item !== undefined) {
    if (last?.kind === 'list') last.items.push(item)
    else blocks.push({ kind: 'list', isOrdered: /\d/.test(marker ?? ''), items: [item] })
  } else if (line.startsWith('|')) addRow(blocks, line)
  else if (last?.kind === 'list') last.items.push(`${last.items.pop() ?? ''} ${line.trim()}`)
  else if (last?.kind === 'paragraph') last.text = `${last.text} ${line.trim()}`.trim()
  else blocks.push({ kind: 'paragraph', text: line.trim() })
}

function addRow(blocks: Block[], line: string): void {
  const cells = line
    .replace(/^\||\|$/g, '')
    .split('|')
    .map((cell) => cell.trim())
  const last = blocks.at(-1)
  if (last?.kind !== 'table') blocks.push({ kind: 'table', head: cells, rows: [] })
  else if (!cells.every((cell) => /^:?-+:?$/.test(cell))) last.rows.push(cells)
}
