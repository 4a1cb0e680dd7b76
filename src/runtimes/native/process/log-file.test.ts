import { appendFileSync, closeSync, readFileSync, statSync, truncateSync, writeFileSync, writeSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { followLog, openLog, tailLog } from './log-file.ts'

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fd-log-'))
  path = join(folder, 'logs', 'store-1.log')
})
afterEach(() => rm(folder, { recursive: true }))

function write(text: string): void {
  const log = openLog(path)
  writeSync(log, text)
  closeSync(log)
}

const numbered = (count: number): string[] => Array.from({ length: count }, (_, number) => `line ${number}`)

describe('log files', () => {
  it('are readable by their owner only, and appended to', async () => {
    write('one\n')
    write('two\n')
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(await tailLog(path, 10)).toEqual(['one', 'two'])
    expect(await tailLog(path, 1)).toEqual(['two'])
  })

  it('are set aside when they have grown large, and their end is still there to read', async () => {
    write(`${'old\n'.repeat(1_500_000)}older than new\n`)
    write('new\n')
    expect(statSync(path).size).toBe(4)
    expect(await tailLog(path, 1)).toEqual(['new'])
    expect(await tailLog(path, 3)).toEqual(['old', 'older than new', 'new'])
  })

  it('can be followed across a rotation, also one after which they are longer than before', async () => {
    write('before\n')
    const lines: string[] = []
    const stop = new AbortController()
    const following = followLog(path, (line) => lines.push(line), stop.signal)
    await vi.waitFor(
      () => {
        appendFileSync(path, 'x')
        expect(statSync(path).size).toBeGreaterThan(8)
      },
      { timeout: 20_000 },
    )
    appendFileSync(path, '\nseen\n')
    await vi.waitFor(() => expect(lines.at(-1)).toBe('seen'), { timeout: 20_000 })
    // All at once, between two looks of the follower.
    writeFileSync(`${path}.1`, `${readFileSync(path)}last words\n`)
    writeFileSync(path, `first words\n${'y'.repeat(100)}\nand more\n`)
    await vi.waitFor(() => expect(lines.at(-1)).toBe('and more'), { timeout: 20_000 })
    expect(lines.slice(1)).toEqual(['seen', 'last words', 'first words', 'y'.repeat(100), 'and more'])
    stop.abort()
    await following
  })

  it('can be followed while they are written to: what was there before is not read again', async () => {
    write('before\n')
    const stop = new AbortController()
    const all: string[][] = []
    const following: Promise<void>[] = []
    let line = 0
    for (let round = 0; round < 30; round++) {
      const lines: string[] = []
      all.push(lines)
      following.push(followLog(path, (one) => lines.push(one), stop.signal))
      for (let turn = 0; turn < 50; turn++) {
        appendFileSync(path, `line ${line++}\n`)
        await new Promise((resolve) => setImmediate(resolve))
      }
    }
    await vi.waitFor(
      () => {
        appendFileSync(path, 'last\n')
        expect(all.map((lines) => lines.at(-1))).toEqual(all.map(() => 'last'))
      },
      { timeout: 20_000 },
    )
    stop.abort()
    await Promise.all(following)
    for (const lines of all) {
      const seen = lines.filter((one) => one !== 'last')
      expect(seen).toEqual(numbered(line).slice(line - seen.length))
    }
  })

  it('have no lines when there is no file', async () => {
    expect(await tailLog(path, 10)).toEqual([])
  })

  it('can be followed: only what is added, whole lines, also after the file began again', async () => {
    write('before\n')
    const lines: string[] = []
    const stop = new AbortController()
    const following = followLog(path, (line) => lines.push(line), stop.signal)
    await vi.waitFor(
      () => {
        appendFileSync(path, 'x')
        expect(statSync(path).size).toBeGreaterThan(8)
      },
      { timeout: 20_000 },
    )
    appendFileSync(path, '\npart')
    await vi.waitFor(() => expect(lines.join()).toMatch(/^x+$/), { timeout: 20_000 })
    appendFileSync(path, 'ial\n')
    await vi.waitFor(() => expect(lines.at(-1)).toBe('partial'), { timeout: 20_000 })
    truncateSync(path, 0)
    appendFileSync(path, 'again\n')
    await vi.waitFor(() => expect(lines.at(-1)).toBe('again'), { timeout: 20_000 })
    stop.abort()
    await following
  })
})
