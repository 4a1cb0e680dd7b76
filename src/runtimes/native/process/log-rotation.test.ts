import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openLog } from './log-file.ts'
import { ROTATE_ABOVE_BYTES, rotateIfLarge, rotateLogs } from './log-rotation.ts'

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fd-rotation-'))
  path = join(folder, 'store-1.log')
})
afterEach(() => rm(folder, { recursive: true }))

describe('logs', () => {
  it('are rotated while a process writes to them, and are bounded however much it writes', async () => {
    const log = openLog(path)
    // 40 MB, as a service that fails every request writes them.
    const writer = spawn('sh', ['-c', `yes "$(head -c 999 /dev/zero | tr '\\0' x)" | head -n 40000`], {
      stdio: ['ignore', log, log],
    })
    closeSync(log)
    let most = 0
    const looks = setInterval(() => {
      rotateIfLarge(path)
      most = Math.max(most, statSync(`${path}.1`, { throwIfNoEntry: false })?.size ?? 0)
    }, 1)
    await once(writer, 'exit')
    clearInterval(looks)
    rotateIfLarge(path)
    expect(statSync(path).size).toBeLessThanOrEqual(ROTATE_ABOVE_BYTES)
    expect(most).toBeGreaterThan(0)
    expect(most).toBeLessThanOrEqual(2 * ROTATE_ABOVE_BYTES + 256 * 1024)
    // Its writer goes on at the beginning of the emptied file: no hole as long as what was there before.
    expect(readFileSync(path).includes(0)).toBe(false)
  })

  it('keep their end, and no more of it than the bound', () => {
    writeFileSync(path, `${'old\n'.repeat(3_000_000)}last\n`)
    rotateIfLarge(path)
    expect(statSync(path).size).toBe(0)
    expect(statSync(`${path}.1`).size).toBe(ROTATE_ABOVE_BYTES)
    expect(readFileSync(`${path}.1`, 'utf8').endsWith('old\nlast\n')).toBe(true)
  })

  it('are looked for in the whole folder, and nothing else is touched', async () => {
    const big = 'x'.repeat(ROTATE_ABOVE_BYTES + 1)
    writeFileSync(path, big)
    writeFileSync(join(folder, 'other'), big)
    const rotation = rotateLogs(folder)
    try {
      await vi.waitFor(() => expect(existsSync(`${path}.1`)).toBe(true), { timeout: 20_000 })
      expect(statSync(join(folder, 'other')).size).toBe(big.length)
    } finally {
      rotation.stop()
    }
  })
})
