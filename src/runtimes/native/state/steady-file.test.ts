import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SteadyFile } from './steady-file.ts'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fd-steady-'))
  path = join(folder, 'state', 'processes.json')
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('SteadyFile', () => {
  it('has nothing before it was written', () => {
    expect(new SteadyFile(path).read(JSON.parse)).toBeUndefined()
  })

  it('keeps its size and its place on disk, so that a write needs no room', () => {
    const file = new SteadyFile(path)
    file.write('[1,2,3]')
    const { size, ino } = statSync(path)
    file.write('[]')
    expect(statSync(path)).toMatchObject({ size, ino, blocks: statSync(`${path}.spare`).blocks })
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual([])
    expect(new SteadyFile(path).read(JSON.parse)).toEqual([])
    file.close()
  })

  it('grows with what it holds, and shrinks again', () => {
    const file = new SteadyFile(path)
    const long = JSON.stringify('x'.repeat(20_000))
    file.write(long)
    expect(new SteadyFile(path).read(JSON.parse)).toHaveLength(20_000)
    file.write('""')
    expect(statSync(path).size).toBe(16 * 1024)
    expect(new SteadyFile(path).read(JSON.parse)).toBe('')
    file.close()
  })

  it.each(['', '.spare'])('is readable when a kill has cut the file "%s" short', (suffix) => {
    const file = new SteadyFile(path)
    file.write('["whole"]')
    truncateSync(`${path}${suffix}`, 4)
    expect(new SteadyFile(path).read(JSON.parse)).toEqual(['whole'])
    file.close()
  })

  it('says which file cannot be written', () => {
    writeFileSync(join(folder, 'state'), '')
    expect(() => new SteadyFile(path).write('[]')).toThrow(
      expect.objectContaining({ code: 'EEXIST', path: join(folder, 'state') }),
    )
  })
})
