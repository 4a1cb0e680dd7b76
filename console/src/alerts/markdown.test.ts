import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { blocksOf, inlineOf } from './markdown.ts'

const runbooks = join(import.meta.dirname, '../../../docs/runbooks')

describe('blocksOf', () => {
  it('reads headings, paragraphs over several lines, lists and code', () => {
    const text =
      '# Title\n\nOne\ntwo.\n\n## More\n- a\n  b\n- c\n\n```\nx # y\n\nz\n```\nLast\n\n| a | b |\n|---|---|\n| 1 | 2 |'
    expect(blocksOf(text)).toEqual([
      { kind: 'heading', level: 1, text: 'Title' },
      { kind: 'paragraph', text: 'One two.' },
      { kind: 'heading', level: 2, text: 'More' },
      { kind: 'list', items: ['a b', 'c'] },
      { kind: 'code', text: 'x # y\n\nz' },
      { kind: 'paragraph', text: 'Last' },
      {
        kind: 'table',
        rows: [
          ['a', 'b'],
          ['1', '2'],
        ],
      },
    ])
  })

  it('understands all that the runbooks that ship are written in', () => {
    const files = readdirSync(runbooks)
    expect(files.length).toBeGreaterThan(20)
    for (const file of files) {
      const blocks = blocksOf(readFileSync(join(runbooks, file), 'utf8'))
      expect(blocks[0], file).toMatchObject({ kind: 'heading', level: 1 })
      const texts = blocks.flatMap((block) =>
        block.kind === 'paragraph' ? [block.text] : block.kind === 'list' ? block.items : [],
      )
      const pieces = texts.flatMap(inlineOf).filter(({ kind }) => kind !== 'code')
      expect(
        pieces.filter(({ text }) => /\*\*|`|^\||\]\(/.test(text)),
        file,
      ).toEqual([])
    }
  })
})

describe('inlineOf', () => {
  it('reads code, strong words and the text of links', () => {
    expect(inlineOf('Run `a b`, **now**: [docs](x.md).')).toEqual([
      { kind: 'text', text: 'Run ' },
      { kind: 'code', text: 'a b' },
      { kind: 'text', text: ', ' },
      { kind: 'strong', text: 'now' },
      { kind: 'text', text: ': docs.' },
    ])
  })
})
