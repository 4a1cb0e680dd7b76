import { Fragment, type ReactNode } from 'react'
import { type Block, parseMarkdown } from './markdown.ts'

/** Markdown to be read. */
export function TextPanel({ content }: { content: string }) {
  return <div className="panel-body prose">{parseMarkdown(content).map(blockOf)}</div>
}

function blockOf(block: Block, at: number): ReactNode {
  switch (block.kind) {
    case 'heading':
      return <h4 key={at}>{inline(block.text)}</h4>
    case 'paragraph':
      return <p key={at}>{inline(block.text)}</p>
    case 'code':
      return (
        <pre key={at}>
          <code>{block.text}</code>
        </pre>
      )
    case 'list': {
      const items = block.items.map((item) => <li key={item}>{inline(item)}</li>)
      return block.isOrdered ? <ol key={at}>{items}</ol> : <ul key={at}>{items}</ul>
    }
    case 'table':
      return (
        <div key={at} className="scroll-x">
          <table>
            <thead>
              <tr>
                {block.head.map((cell) => (
                  <th key={cell} scope="col">
                    {inline(cell)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {block.rows.map((row) => (
                <tr key={row.join('|')}>
                  {row.map((cell) => (
                    <td key={cell}>{inline(cell)}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )
  }
}

/** Code, emphasis and links. A link into the repository has no place here: its text stays. */
function inline(text: string): ReactNode {
  return text.split(/(`[^`]+`|\*\*[^*]+\*\*|\[[^\]]+\]\([^)]+\))/).map((part, at) => {
    const key = `${at} ${part}`
    if (part.startsWith('`')) return <code key={key}>{part.slice(1, -1)}</code>
    if (part.startsWith('**')) return <strong key={key}>{part.slice(2, -2)}</strong>
    const [, label, url] = /^\[([^\]]+)\]\((https:\/\/[^)]+)\)$/.exec(part) ?? []
    if (url !== undefined)
      return (
        <a key={key} href={url} target="_blank" rel="noreferrer">
          {label}
        </a>
      )
    return <Fragment key={key}>{part.replace(/^\[([^\]]+)\]\([^)]+\)$/, '$1')}</Fragment>
  })
}
