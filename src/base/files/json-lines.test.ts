import { appendFile, mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readOrCreateSecret, writeAtomically } from './files.ts'
import { JsonLines } from './json-lines.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fd-base-'))
})
afterEach(() => rm(folder, { recursive: true }))

describe('JsonLines', () => {
  it('returns after a reopening what was appended, in order', async () => {
    const path = join(folder, 'deep', 'log.jsonl')
    const log = await JsonLines.open<number>(path, () => undefined)
    for (const n of [1, 2, 3]) log.add(n)
    await log.flush()
    await log.close()
    const entries: number[] = []
    const again = await JsonLines.open<number>(path, (entry) => entries.push(entry))
    expect(entries).toEqual([1, 2, 3])
    await again.close()
  })

  it('drops a last line that was cut short and goes on behind the last whole one', async () => {
    const path = join(folder, 'log.jsonl')
    const first = await JsonLines.open<{ a: string }>(path, () => undefined)
    first.add({ a: 'é' })
    await first.close()
    await appendFile(path, '{"a":"tor')
    const entries: { a: string }[] = []
    const second = await JsonLines.open<{ a: string }>(path, (entry) => entries.push(entry))
    expect(entries).toEqual([{ a: 'é' }])
    second.add({ a: 'next' })
    await second.close()
    expect(await readFile(path, 'utf8')).toBe('{"a":"é"}\n{"a":"next"}\n')
  })

  it('reads a file of many pieces, with lines that are longer than one, and leaves out what is torn', async () => {
    const path = join(folder, 'log.jsonl')
    const texts = Array.from({ length: 200 }, (_, n) => 'ä'.repeat(n === 7 ? 700_000 : n * 37))
    await writeAtomically(path, texts.map((text) => `${JSON.stringify(text)}\n`).join('{"torn":\n'))
    const entries: string[] = []
    const log = await JsonLines.open<string>(path, (entry) => entries.push(entry))
    await log.close()
    expect(entries).toEqual(texts)
  })
})

describe('readOrCreateSecret', () => {
  it('generates once, with mode 0600, and returns the same afterwards', async () => {
    const path = join(folder, 'token')
    const secret = await readOrCreateSecret(path)
    expect(secret).toMatch(/^[\w-]{43}$/)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(await readOrCreateSecret(path)).toBe(secret)
  })
})

describe('writeAtomically', () => {
  it('replaces the content and leaves no temporary file', async () => {
    const path = join(folder, 'x.json')
    await writeAtomically(path, 'one')
    await writeAtomically(path, 'two')
    expect(await readFile(path, 'utf8')).toBe('two')
    const { readdir } = await import('node:fs/promises')
    expect(await readdir(folder)).toEqual(['x.json'])
  })
})
