import { execFileSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { logDestination } from './log-destination.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fd-destination-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('the destination of a log', () => {
  it('writes line by line', () => {
    const path = join(folder, 'log')
    const fd = openSync(path, 'a')
    logDestination(fd).write('one\n')
    expect(readFileSync(path, 'utf8')).toBe('one\n')
    closeSync(fd)
  })

  it.runIf(process.platform === 'linux')('throws at nobody when the disk is full', () => {
    // Every write to this device fails with ENOSPC.
    const fd = openSync('/dev/full', 'a')
    const destination = logDestination(fd)
    for (let n = 0; n < 3_000; n++) destination.write(`${'x'.repeat(1_000)}\n`)
    closeSync(fd)
  })

  it('throws at nobody when its reader is gone', () => {
    const path = join(folder, 'pipe')
    execFileSync('mkfifo', [path])
    const reader = openSync(path, 'r+')
    const fd = openSync(path, 'w')
    closeSync(reader)
    const destination = logDestination(fd)
    for (let n = 0; n < 3; n++) destination.write('to nobody\n')
    closeSync(fd)
  })
})
