import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import { strictRecord } from '../src/base/schema/strict-record.ts'
import { Type } from '../src/base/schema/type.ts'

const src = fileURLToPath(new URL('../src', import.meta.url))
const files = readdirSync(src, { recursive: true, withFileTypes: true })
  .filter(({ name }) => name.endsWith('.ts') && !/\.test\.ts$|^test-/.test(name))
  .map(({ parentPath, name }) => join(parentPath, name))
/** Those run something as soon as they are loaded. */
const PROGRAMS = /-main\.ts$|\/main\.ts$|-thread\.ts$|thaw-when-orphaned\.ts$/

interface Record {
  patternProperties: object
  additionalProperties?: unknown
}

/** Every record of patterns that can be reached from a value, with the way to it. */
function recordsIn(value: unknown, at: string, seen: Set<unknown>): { at: string; record: Record }[] {
  if (typeof value !== 'object' || value === null || seen.has(value)) return []
  seen.add(value)
  const inside = Object.entries(value).flatMap(([key, part]) => recordsIn(part, `${at}.${key}`, seen))
  return 'patternProperties' in value ? [{ at, record: value as Record }, ...inside] : inside
}

describe('the schemas', () => {
  it('of every module refuse keys that their patterns do not match', { timeout: 60_000 }, async () => {
    const found: { at: string; record: Record }[] = []
    for (const file of files.filter((one) => !PROGRAMS.test(one))) {
      const module = (await import(pathToFileURL(file).href)) as object
      found.push(...recordsIn({ ...module }, relative(src, file), new Set()))
    }
    expect(found.length).toBeGreaterThan(20)
    expect(found.filter(({ record }) => record.additionalProperties !== false).map(({ at }) => at)).toEqual([])
  })

  it('are made without a record that lets other keys through', () => {
    const wrong = files
      .filter((file) => !/base\/schema\/(type|strict-record)\.ts$/.test(file))
      .filter((file) => {
        const text = readFileSync(file, 'utf8')
        return (
          text.includes('patternProperties:') ||
          (/^import \{.*\} from '#typebox'/m.test(text) && /\bType\.Record\(/.test(text))
        )
      })
    expect(wrong.map((file) => relative(src, file))).toEqual([])
  })

  it.each([
    ['TypeBox', strictRecord(Type.Integer())],
    ['base/schema/type.ts', Type.Record(Type.Integer())],
  ])('hold the value of every key against its schema, also behind a line break: %s', (_, schema) => {
    const isValid = new Ajv().compile(schema)
    expect(isValid({ a: 1, 'b\nc': 2 })).toBe(true)
    expect(isValid({ 'b\nc': 'text' })).toBe(false)
    expect(isValid({ 'a\0b': 1 })).toBe(false)
  })
})
