import { describe, expect, it } from 'vitest'
import { atExit } from './at-exit.ts'

describe('what is done at the exit of a process', () => {
  it('has one listener, however much it is, and none when nothing is left', () => {
    const before = process.listenerCount('exit')
    const forgets = Array.from({ length: 40 }, () => atExit(() => undefined))
    expect(process.listenerCount('exit')).toBe(before + 1)
    for (const forget of forgets) forget()
    expect(process.listenerCount('exit')).toBe(before)
  })

  it('is all done, also where a part of it fails, and no longer what was ended', () => {
    const done: string[] = []
    const known = new Set(process.listeners('exit'))
    const forgets = [
      atExit(() => {
        throw new Error('it fails')
      }),
      atExit(() => done.push('second')),
      atExit(() => done.push('third')),
    ]
    forgets.pop()?.()
    const [own] = process.listeners('exit').filter((listener) => !known.has(listener))
    own?.(0)
    expect(done).toEqual(['second'])
    for (const forget of forgets) forget()
  })
})
