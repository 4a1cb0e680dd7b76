import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

/** The rows of the table of attacks: | F-01 | what fell | what holds | file: "name", "name"; file: "name" | */
const rows = readFileSync(join(root, 'docs/security.md'), 'utf8')
  .split('\n')
  .filter((line) => /^\| F-\d\d \|/.test(line))
  .map((line) => line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '')))

describe('the table of attacks in docs/security.md', () => {
  it('has a row for each finding', () => {
    const found = new Set(rows.map(([finding]) => finding))
    const all = Array.from({ length: 29 }, (_, index) => `F-${String(index + 1).padStart(2, '0')}`)
    expect([...found]).toEqual(all)
  })

  it.each(rows)('names tests that exist: %s, %s', (_finding, _fell, _holds, tests = '') => {
    const references = tests.split(/; (?=src\/|test\/)/).map((one) => one.split(': '))
    expect(references.length).toBeGreaterThan(0)
    for (const [file = '', ...rest] of references) {
      const path = join(root, file)
      expect(existsSync(path), file).toBe(true)
      const text = readFileSync(path, 'utf8')
      const names = [...rest.join(': ').matchAll(/"([^"]+)"/g)].map(([, name = '']) => name)
      expect(names.length, file).toBeGreaterThan(0)
      expect(
        names.filter((name) => !text.includes(name)),
        file,
      ).toEqual([])
    }
  })
})
