import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { exitCodes } from '../src/cli/exit-codes.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Every code that an errorTable declares, with its file: read from the text, so that none is forgotten in a list. */
const declared = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts'))
  .flatMap((entry) => {
    const path = join(entry.parentPath, entry.name)
    const tables = [...readFileSync(path, 'utf8').matchAll(/errorTable\(\{([\s\S]*?)\n\}\)/g)]
    return tables.flatMap(([, table = '']) =>
      [...table.matchAll(/(FD_[A-Z_]+):\s*(['"])(.+)\2/g)].map(([, code = '', , meaning = '']) => ({
        code,
        meaning,
        path,
      })),
    )
  })

describe('error codes', () => {
  it('are each declared once', () => {
    const codes = declared.map(({ code }) => code)
    expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual([])
    expect(codes.length).toBeGreaterThan(30)
  })

  it('are all in docs/reference/errors.md, with their meaning (npm run golden refreshes)', async () => {
    const rows = declared
      .sort((a, b) => (a.code < b.code ? -1 : 1))
      .map(({ code, meaning }) => `| \`${code}\` | ${meaning.replaceAll('\\', '')} |`)
    const text = `# Error codes\n\nEvery error has a stable code: on the terminal first in its line, over HTTP in the problem document's \`code\`.\n\n| code | meaning |\n|---|---|\n${rows.join('\n')}\n`
    await expect(text).toMatchFileSnapshot('../docs/reference/errors.md')
  })
})

describe('exit codes', () => {
  it('are unique', () => {
    const codes = Object.values(exitCodes).map(({ code }) => code)
    expect(new Set(codes).size).toBe(codes.length)
  })

  it('are all in docs/reference/exit-codes.md (npm run golden refreshes)', async () => {
    const rows = Object.entries(exitCodes).map(([name, { code, meaning }]) => `| ${code} | ${name} | ${meaning} |`)
    const text = `# Exit codes\n\n| code | name | meaning |\n|---|---|---|\n${rows.join('\n')}\n`
    await expect(text).toMatchFileSnapshot('../docs/reference/exit-codes.md')
  })
})
