import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))

const MOVED: [string, string][] = [
  ['../../src/faults/inside/', './'],
  ['../../src/faults/', '../'],
]

describe('docs/creating-a-fault.md', () => {
  it.each([
    ['src/faults/no-op.ts', []],
    ['src/faults/process/stop.ts', []],
    // The example lives here so that it is compiled and run; a reader writes it where faults inside a service are.
    ['test/examples/every-nth.ts', MOVED],
    [
      'test/examples/every-nth.test.ts',
      [
        ...MOVED,
        // There the imports of this folder come last.
        [/(import \{ TestService.*\n)([\s\S]*?)(import \{ everyNth.*\n)/, '$2$3$1'],
        [/ {4}\/\/ The service finds.*\n.*\n/, ''],
      ],
    ],
  ] as [string, [string | RegExp, string][]][])('shows %s as it is', (file, changes) => {
    const docs = readFileSync(`${root}/docs/creating-a-fault.md`, 'utf8')
    let code = readFileSync(`${root}/${file}`, 'utf8')
    for (const [from, to] of changes)
      code = typeof from === 'string' ? code.replaceAll(from, to) : code.replace(from, to)
    expect(docs).toContain(`\`\`\`ts\n${code}\`\`\``)
  })
})
