import { usePoll } from '../feed/use-poll.ts'
import { Waiting } from '../ui/waiting.tsx'
import { type Block, blocksOf, inlineOf } from './markdown.ts'

/** What to do when the alert fires. */
export function Runbook({ name }: { name: string }) {
  const polled = usePoll('runbook', { params: { name } }, { everyMs: undefined })
  return (
    <section className="card runbook" aria-label={`Runbook ${name}`}>
      <Waiting for={polled} height="20rem">
        {({ text }) => (
          <>
            {blocksOf(text).map((block, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the text does not change
              <BlockView key={at} block={block} />
            ))}
          </>
        )}
      </Waiting>
    </section>
  )
}

function BlockView({ block }: { block: Block }) {
  if (block.kind === 'heading') {
    return block.level === 1 ? <h3>Runbook: {block.text}</h3> : <h4>{block.text}</h4>
  }
  if (block.kind === 'code') {
    return (
      <pre>
        <code>{block.text}</code>
      </pre>
    )
  }
  if (block.kind === 'paragraph') {
    return (
      <p>
        <Inline text={block.text} />
      </p>
    )
  }
  if (block.kind === 'table') return <TableView rows={block.rows} />
  return (
    <ul>
      {block.items.map((item) => (
        <li key={item}>
          <Inline text={item} />
        </li>
      ))}
    </ul>
  )
}

function TableView({ rows: [head = [], ...body] }: { rows: readonly string[][] }) {
  return (
    <table>
      <thead>
        <tr>
          {head.map((cell) => (
            <th scope="col" key={cell}>
              <Inline text={cell} />
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {body.map((cells) => (
          <tr key={cells.join('|')}>
            {cells.map((cell, at) => (
              <td key={head[at] ?? cell}>
                <Inline text={cell} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Inline({ text }: { text: string }) {
  return (
    <>
      {inlineOf(text).map(({ kind, text: part }, at) => {
        // biome-ignore lint/suspicious/noArrayIndexKey: the text does not change
        if (kind === 'code') return <code key={at}>{part}</code>
        // biome-ignore lint/suspicious/noArrayIndexKey: the text does not change
        return kind === 'strong' ? <strong key={at}>{part}</strong> : <span key={at}>{part}</span>
      })}
    </>
  )
}
