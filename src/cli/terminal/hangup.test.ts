import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ignoresHangup } from './hangup.ts'

describe('ignoresHangup', () => {
  it('is true of what nohup has started, and of nothing else', () => {
    const status = (command: string, ...args: string[]) => spawnSync(command, args, { encoding: 'utf8' }).stdout
    expect(ignoresHangup(status('nohup', 'cat', '/proc/self/status'))).toBe(true)
    expect(ignoresHangup(status('cat', '/proc/self/status'))).toBe(false)
    expect(ignoresHangup(readFileSync('/proc/self/status', 'utf8'))).toBe(ignoresHangup())
    expect(ignoresHangup('')).toBe(false)
  })
})
