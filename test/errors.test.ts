import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { type AnyErrorTable, type ErrorCode, errorClass } from '../src/base/errors.ts'
import { exitCodes } from '../src/cli/exit-codes.ts'
import { exitOf, exitTables } from '../src/cli/exit-of.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Every table of the source, found by its text, so that none is forgotten in a list. */
const tables: AnyErrorTable[] = []
for (const entry of readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !entry.name.endsWith('.ts') || entry.name.endsWith('.test.ts')) continue
  const path = join(entry.parentPath, entry.name)
  if (!/= errorTable\(/.test(readFileSync(path, 'utf8'))) continue
  const exported: unknown[] = Object.values(await import(path))
  const found = exported.filter(
    (one): one is AnyErrorTable => typeof one === 'object' && one !== null && 'codes' in one,
  )
  const made = readFileSync(path, 'utf8').match(/= errorTable\(/g)?.length ?? 0
  if (found.length !== made) throw new Error(`${path}: ${made} tables of errors, of which ${found.length} are exported`)
  tables.push(...found)
}
const codes = tables.flatMap((table) => Object.keys(table.codes) as ErrorCode[])

describe('error codes', () => {
  it('are each declared once', () => {
    expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual([])
    expect(codes.length).toBeGreaterThan(130)
  })

  it('are all in docs/reference/errors.md: meaning, HTTP status, exit code (npm run golden refreshes)', async () => {
    const rows = codes.sort().map((code) => {
      const { meaning = '', http = '', exit } = errorClass(code, tables) ?? {}
      return `| \`${code}\` | ${meaning} | ${http} | ${exit === undefined ? '' : `${exitCodes[exit].code} ${exit}`} |`
    })
    const text = `# Error codes

Every error has a stable code: on the terminal first in its line, over HTTP in the problem document's \`code\`. The third column is
the status with which an API answers, where the code itself decides it; the fourth how a command ends on it. Where nothing stands,
a command ends with 1, errored.

| code | meaning | HTTP status | exit code |
|---|---|---|---|
${rows.join('\n')}
`
    await expect(text).toMatchFileSnapshot('../docs/reference/errors.md')
  })

  it('which name an exit code are in tables that the command line knows', () => {
    const known = exitTables.flatMap((table) => Object.keys(table.codes))
    const withExit = codes.filter((code) => errorClass(code, tables)?.exit !== undefined)
    expect(withExit.filter((code) => !known.includes(code))).toEqual([])
    expect(withExit.length).toBeGreaterThan(40)
  })

  it('decide how a command ends', () => {
    expect(exitOf('FD_DRILL_INVALID')).toBe('usage')
    expect(exitOf('FD_HALTED')).toBe('aborted')
    expect(exitOf('FD_WAIT_TIMEOUT')).toBe('errored')
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
