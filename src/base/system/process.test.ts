import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { identify, isSame, signalProcess } from './process.ts'

describe('identify', () => {
  it('names this process and recognises it again', () => {
    const identity = identify(process.pid)
    expect(identity?.pid).toBe(process.pid)
    expect(identity && isSame(identity)).toBe(true)
  })

  it('does not take another process with the same pid for it', () => {
    expect(isSame({ pid: process.pid, startedAt: 'another-boot:1' })).toBe(false)
  })

  it('finds nothing once the process is gone', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
    await once(child, 'spawn')
    const pid = child.pid as number
    expect(identify(pid)).toBeDefined()
    const exited = once(child, 'exit')
    expect(signalProcess(pid, 'SIGKILL')).toBe(true)
    await exited
    expect(identify(pid)).toBeUndefined()
    expect(signalProcess(pid, 'SIGKILL')).toBe(false)
  })
})
