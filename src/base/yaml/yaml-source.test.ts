import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseYamlSource, parseYamlSources } from './yaml-source.ts'

const messages = (text: string) =>
  parseYamlSource(text).problems.map(({ line, column, message }) => `${line}:${column} ${message}`)

/** In microseconds, of this process: what others do on the machine does not count. */
function processorTimeFor(text: string): number {
  const before = process.cpuUsage()
  parseYamlSource(text)
  parseYamlSources(text)
  const { user, system } = process.cpuUsage(before)
  return user + system
}

describe('parseYamlSource', () => {
  it('knows where values and keys stand, also of paths that are not there', () => {
    const source = parseYamlSource('a: 1\nb:\n  - c: x\n    d: y\n')
    expect(source.value).toEqual({ a: 1, b: [{ c: 'x', d: 'y' }] })
    expect(source.positionOf(['b', 0, 'd'])).toEqual({ line: 4, column: 8 })
    expect(source.positionOfKey(['b', 0], 'd')).toEqual({ line: 4, column: 5 })
    expect(source.positionOf(['b', 0, 'nothing', 'there'])).toEqual({ line: 3, column: 5 })
    expect(source.positionOfKey(['nothing'], 'there')).toEqual({ line: 1, column: 1 })
  })

  it.each([
    ['a key that is there twice', 'a: 1\nb: 2\na: 3\n', '3:1 the key "a" is there twice'],
    ['an alias of what it stands in', 'method: &m [*m]\n', '1:13 *m stands within what it stands for'],
    ['an alias of nothing', 'a: *x\n', '1:4 there is no &x before this'],
    ['a key that is a mapping', '? { a: 1 }\n: 2\n', '1:3 a key that is no text'],
    ['a second document', 'a: 1\n---\nb: 1\n', '2:1 more than one document'],
    [
      'what is not YAML',
      'a: [1\n',
      '2:1 not YAML: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
  ])('reports %s, with its line', (_, text, message) => {
    expect(messages(text)[0]).toBe(message)
  })

  it('reports aliases that stand for too much, and depth', () => {
    const levels = Array.from({ length: 12 }, (_, level) => `a${level}: &a${level} [${`*a${level - 1},`.repeat(9)}]`)
    expect(messages(['a: &a-1 1', ...levels].join('\n'))).toEqual([
      expect.stringMatching(/^7:\d+ more values than are read from one file/),
    ])
    expect(messages(`a: ${'['.repeat(200)}${']'.repeat(200)}`)[0]).toMatch(/^1:\d+ too deep/)
    expect(messages(`a: ${'['.repeat(90)}${']'.repeat(90)}`)).toEqual([])
  })

  it('merges mappings: its own keys first, then the first mapping that has it', () => {
    const { value, problems, positionOf } = parseYamlSource(
      'a: &a { x: 1, y: 2 }\nb: &b { y: 3, z: 4 }\nc:\n  <<: [*a, *b]\n  x: 0\nd: { "<<": 1 }\n',
    )
    expect(problems).toEqual([])
    expect(value).toMatchObject({ c: { x: 0, y: 2, z: 4 }, d: { '<<': 1 } })
    expect(positionOf(['c', 'z'])).toEqual({ line: 4, column: 7 })
    expect(messages('a: { <<: 1 }')).toEqual(['1:10 not a mapping'])
    expect(messages('a: { <<: *b }')).toEqual(['1:10 there is no &b before this', '1:10 not a mapping'])
  })

  it.each([
    ['as it is', 'a: one two', 'a', 'two', [1, 8]],
    ['over lines', 'a: one\n  two', 'a', 'two', [2, 3]],
    ['between quotes', 'a: "x\\n\\"y\\" \\u00e4 two"', 'a', 'two', [1, 21]],
    ['between single quotes', "a: 'it''s two'", 'a', 'two', [1, 11]],
    ['in a block', 'a: |2-\n    one\n\n   two', 'a', 'two', [4, 4]],
    ['in a folded block', 'a: >\n  one\n  two\n\n  three\n', 'a', 'three', [5, 3]],
    ['with characters of two units', 'a: "😀 two"', 'a', 'two', [1, 8]],
  ])('knows where a word of a text stands that is written %s', (_, text, key, word, [line, column]) => {
    const { value, positionIn } = parseYamlSource(text)
    const offset = (value as Record<string, string>)[key]?.indexOf(word) ?? -1
    expect(offset).toBeGreaterThanOrEqual(0)
    expect(positionIn([key], offset)).toEqual({ line, column })
  })

  it('reads what aliases stand for where that is little', () => {
    expect(parseYamlSource('a: &x { b: 1 }\nc: [*x, *x]\n').value).toEqual({ a: { b: 1 }, c: [{ b: 1 }, { b: 1 }] })
  })

  const keys = (count: number) => Array.from({ length: count }, (_, index) => `k${index}: 1`).join('\n')

  it.each([
    ['20,000 keys that are there twice', 'k: 1\n'.repeat(20_000)],
    ['1 MiB of entries', '- 1\n'.repeat(262_144)],
    ['keys within keys', '? '.repeat(5_000)],
    ['20,000 levels', '['.repeat(20_000)],
    ['20,000 ends without a begin', '}\n'.repeat(20_000)],
    ['20,000 aliases', `- &a 1\n${'- *a\n'.repeat(20_000)}`],
    ['100,000 documents', '---\n'.repeat(100_000)],
  ])('takes no more of the processor for %s than for a long file of plain keys, many times over', (_, text) => {
    expect(processorTimeFor(text)).toBeLessThan(40 * processorTimeFor(keys(100_000)))
  })

  it('takes time that grows with the number of keys, and not with its square', () => {
    const [few, many] = [keys(20_000), keys(100_000)].map(processorTimeFor)
    expect(many).toBeLessThan(15 * (few ?? 0))
  })

  it('never throws, with any text', () => {
    const piece = fc.constantFrom(
      ...'- ? : , [ ] { } & * ! | > " \' # % @ ` a 1 \n \t ~ << &a *a !!str --- ... \r \u2028 \0'.split(' '),
      ' ',
    )
    const text = fc
      .array(fc.tuple(piece, fc.constantFrom(1, 1, 1, 2, 50)), { maxLength: 30 })
      .map((pieces) => pieces.map(([one, times]) => one.repeat(times)).join(''))
    fc.assert(
      fc.property(text, (one) => {
        const { problems, positionOf, positionOfKey } = parseYamlSource(one)
        parseYamlSources(one)
        for (const { line, column } of [...problems, positionOf(['a', 0]), positionOfKey(['a'], 'b')]) {
          expect(Math.min(line, column)).toBeGreaterThanOrEqual(1)
        }
      }),
      { numRuns: 500, seed: 18 },
    )
  })
})
