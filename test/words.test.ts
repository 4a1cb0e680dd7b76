import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Words that docs/words.md has better ones for. They are found inside names too: `tellUser`, `isTold`. */
const WORST =
  /\b(?:tell|tells|telling|told|retell\w*|shall|anew|be had|(?<!there )(?:is|are) none|none of (?:its|our|your|their|his|a \w+'s) business|for ever|beheld|bears?|of nobody|so many(?!.*\bthat\b)|whoever|whatever(?! the\b| its\b)|hears?|heard|meant)\b/i

/** Where they stay, each with its reason. */
const ALLOWED: readonly { file: RegExp; words: RegExp; why: string }[] = [
  {
    file: /^src\/drills\/journal\/(?:older-journals|read-journal\.test)\.ts$/,
    words: /telling/,
    why: 'older journals have it',
  },
  {
    file: /^src\/responder\/incident\/old-record(?:\.test)?\.ts$/,
    words: /telling|told/,
    why: 'older incident logs have them',
  },
  { file: /^docs\/words\.md$/, words: /./, why: 'it says what not to write' },
  { file: /^test\/words\.test\.ts$/, words: /./, why: 'this list' },
]

const texts = execFileSync(
  'git',
  [
    'ls-files',
    '-z',
    '--cached',
    '--others',
    '--exclude-standard',
    'src',
    'console',
    'bench',
    'scripts',
    'drills',
    'journeys',
    'slos',
    'examples',
    'test',
    'docs',
    '*.md',
  ],
  { cwd: root, encoding: 'utf8' },
)
  .split('\0')
  .filter(
    (file) => /\.(?:tsx?|js|md|ya?ml|html|css)$/.test(file) && !/^test\/golden\/.*\.(?:md|ya?ml|html)$/.test(file),
  )

describe('the words of the repository', () => {
  it('are those of docs/words.md: none of the worst is in code, comments, help or documentation', () => {
    const found = texts.flatMap((file) => badLines(file, readFileSync(join(root, file), 'utf8')))
    expect(texts.length).toBeGreaterThan(1_000)
    expect(found).toEqual([])
  })

  it.each([
    ['He told us', true],
    ['const tellUser = 1', true],
    ['isTold', true],
    ['This cannot be had', true],
    ['a matter that is none of its business', true],
    ['the bearer of a token', false],
    ['it reports, prints and notifies', false],
    ['const isMeasured = stellar', false],
  ])('are recognised in: %s', (text, bad) => {
    expect(badLines('x.ts', text).length > 0).toBe(bad)
  })
})

function badLines(file: string, text: string): string[] {
  const allowed = ALLOWED.filter((one) => one.file.test(file))
  return text.split('\n').flatMap((line, index) => {
    const word = WORST.exec(line.replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2'))?.[0]
    if (word === undefined || allowed.some(({ words }) => words.test(word))) return []
    return [`${file}:${index + 1}: ${word}`]
  })
}
