import { describe, expect, it } from 'vitest'
import { Troubles } from './troubles.ts'

describe('Troubles', () => {
  it('keep the time at which a trouble began while its text changes, and forget it when it ends', () => {
    let nowMs = 1
    const troubles = new Troubles(() => nowMs)
    troubles.begin('disk', '/a', 'the disk of /a is nearly full')
    nowMs = 2
    troubles.begin('disk', '/b', 'the disk of /b is full')
    troubles.begin('disk', '/a', 'the disk of /a is full')
    expect(troubles.list()).toEqual([
      { kind: 'disk', text: 'the disk of /a is full', sinceMs: 1 },
      { kind: 'disk', text: 'the disk of /b is full', sinceMs: 2 },
    ])
    expect(troubles.count('disk')).toBe(2)
    expect([troubles.has('disk', '/a'), troubles.has('disk', '/c')]).toEqual([true, false])
    expect(troubles.count('descriptors')).toBe(0)
    troubles.end('disk', '/a')
    troubles.end('files', '/a')
    expect(troubles.list().map(({ text }) => text)).toEqual(['the disk of /b is full'])
  })
})
