import { copyFile, type FileHandle, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { JsonLines, readJsonLines } from './json-lines.ts'

const files = vi.hoisted(() => ({ open: undefined as ((path: string) => void) | undefined }))
vi.mock('node:fs/promises', async (importOriginal) => {
  const real = await importOriginal<typeof import('node:fs/promises')>()
  const open = async (path: string, flags: string, mode?: number): Promise<FileHandle> => {
    files.open?.(path)
    return real.open(path, flags, mode)
  }
  return { ...real, open }
})

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fd-base-'))
  path = join(folder, 'log.jsonl')
})
afterEach(async () => {
  files.open = undefined
  await rm(folder, { recursive: true })
})

const rotation = (keep: number, snapshot: () => unknown[] = () => []) => ({ maxBytes: 20, keep, snapshot })

/** Lines of eleven bytes: two of them are too many for a file. */
async function fill(numbers: readonly number[], keep: number, snapshot?: () => unknown[]): Promise<void> {
  const log = await JsonLines.open<unknown>(path, () => undefined, rotation(keep, snapshot))
  for (const number of numbers) {
    log.add({ line: number })
    await log.flush()
  }
  await log.close()
}

async function numbersIn(file: string): Promise<number[]> {
  const numbers: number[] = []
  await readJsonLines<{ line: number }>(file, ({ line }) => numbers.push(line))
  return numbers
}

describe('a file that is full', () => {
  it('is kept beside a new one, up to the number of old files, the latest as .1', async () => {
    await fill([1, 2, 3, 4, 5, 6, 7, 8, 9], 2)
    expect((await readdir(folder)).sort()).toEqual(['log.jsonl', 'log.jsonl.1', 'log.jsonl.2'])
    expect(await readFile(`${path}.1`, 'utf8')).toBe('{"line":7}\n{"line":8}\n'.slice(0, 22))
  })

  it('is read together with those before it, the oldest first', async () => {
    await fill([1, 2, 3, 4, 5], 9)
    const numbers = await numbersIn(path)
    expect(numbers).toEqual([1, 2, 3, 4, 5])
  })

  it('is followed by one that begins with the snapshot, and alone holds everything', async () => {
    let state = 0
    const log = await JsonLines.open<unknown>(
      path,
      () => undefined,
      rotation(1, () => [{ sum: state }]),
    )
    for (const number of [1, 2, 3, 4]) {
      state += number
      log.add({ line: number })
      await log.flush()
    }
    await log.close()
    const entries: { sum?: number; line?: number }[] = []
    const again = await JsonLines.open<{ sum?: number; line?: number }>(path, (entry) => entries.push(entry))
    await again.close()
    expect(entries[0]?.sum).toBeDefined()
    const sum = entries.reduce((total, one) => total + (one.sum ?? 0) + (one.line ?? 0), 0)
    expect(sum).toBe(10)
  })

  it('is not full again before it has doubled what it began with', async () => {
    await fill([1, 2, 3, 4, 5, 6, 7], 9, () => [{ everything: 'x'.repeat(50) }])
    expect((await readdir(folder)).length).toBe(2)
  })

  it('takes one line that is longer than all that is allowed, and no empty file', async () => {
    const log = await JsonLines.open<unknown>(path, () => undefined, rotation(3))
    log.add('x'.repeat(100))
    await log.close()
    expect((await readdir(folder)).sort()).toEqual(['log.jsonl'])
  })

  it('is whole at its path whenever the process is killed: a new file that was begun is thrown away', async () => {
    await fill([1], 2)
    await writeFile(`${path}.next`, '{"line":"half a sna')
    await fill([2], 2)
    expect(await numbersIn(path)).toEqual([1, 2])
    expect(await readdir(folder)).not.toContain('log.jsonl.next')
  })

  it.each([
    ['its folder cannot be opened', () => folder],
    ['it cannot be opened itself', () => path],
  ])('is followed by one that takes all later lines, also when %s', async (_, lacking) => {
    const log = await JsonLines.open<unknown>(path, () => undefined, rotation(9))
    files.open = (opened) => {
      if (opened === lacking()) throw Object.assign(new Error('EMFILE: no more'), { code: 'EMFILE', syscall: 'open' })
    }
    for (const number of [1, 2, 3, 4, 5]) {
      log.add({ line: number })
      await log.flush()
    }
    await log.close()
    files.open = undefined
    expect(await readFile(path, 'utf8')).toBe('{"line":5}\n')
    expect(await numbersIn(path)).toEqual([1, 2, 3, 4, 5])
  })

  it('may be there twice when it was killed between the two steps: the reader gets its lines twice, and recognises them by their number', async () => {
    await fill([1], 2)
    await copyFile(path, `${path}.1`)
    const numbers = await numbersIn(path)
    expect(numbers).toEqual([1, 1])
  })
})
