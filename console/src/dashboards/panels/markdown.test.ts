import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseMarkdown } from './markdown.ts'

const runbooks = join(import.meta.dirname, '../../../../docs/runbooks')

describe('parseMarkdown', () => {
  it('reads what runbooks consist of', () => {
    const text = `## First look

A line
and its rest.

- one, which
  goes on
- two

1. first

| kind | what |
|---|---|
| \`a\` | b |

\`\`\`
firedrill  status
\`\`\`
`
    expect(parseMarkdown(text)).toEqual([
      { kind: 'heading', text: 'First look' },
      { kind: 'paragraph', text: 'A line and its rest.' },
      { kind: 'list', isOrdered: false, items: ['one, which goes on', 'two'] },
      { kind: 'list', isOrdered: true, items: ['first'] },
      { kind: 'table', head: ['kind', 'what'], rows: [['`a`', 'b']] },
      { kind: 'code', text: 'firedrill  status' },
    ])
  })

  it('leaves no mark of Markdown in a runbook that ships', () => {
    const left = readdirSync(runbooks).flatMap((file) =>
      parseMarkdown(readFileSync(join(runbooks, file), 'utf8'))
        .filter((block) => block.kind === 'paragraph' && /^(?:#|- |\||\d+\. |```|> )/.test(block.text))
        .map((block) => `${file}: ${JSON.stringify(block)}`),
    )
    expect(left).toEqual([])
  })
})
