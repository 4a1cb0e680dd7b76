import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import type { Turn } from '../base/turn.ts'
import { turnSocket } from './system-turn.ts'

describe.runIf(process.platform === 'linux')('a turn that is a name of the kernel', () => {
  const name = (own: string) => `\0firedrill-test-${process.pid}-${own}`
  /** Takes the turn, which nobody has. */
  const take = async (path: string): Promise<Turn> => {
    const taken = await turnSocket(path).take(holder)
    if (!('turn' in taken)) throw new Error('somebody has it')
    return taken.turn
  }
  const holder = { name: 'a drill', pid: process.pid, sinceMs: 1 }

  it('has one holder, whom others are shown, until it ends', async () => {
    const path = name('one')
    const first = await take(path)
    expect(await turnSocket(path).take({ ...holder, name: 'another' })).toEqual({ holder })
    await first.end()
    await (await take(path)).end()
  })

  it('ends also while somebody who asked does not let go', async () => {
    const path = name('held')
    const turn = await take(path)
    const asking = connect({ path, allowHalfOpen: true })
    await once(asking, 'data')
    await turn.end()
    asking.destroy()
  })
})
