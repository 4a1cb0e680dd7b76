import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { StackView } from '../api/contract.ts'
import { sleep } from '../base/wait.ts'
import { StateFolder } from '../runtimes/native/state/state-folder.ts'
import { watchForEnd } from './watch-for-end.ts'

let path: string
beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'fd-end-'))
})
afterEach(() => rm(path, { recursive: true }))

/** Watches a control that answers so, one answer a look and then the last one; `undefined` is no answer. */
async function heard(answers: readonly (StackView['state'] | undefined)[], lookMs = 5): Promise<string[]> {
  const reasons: string[] = []
  let looks = 0
  const stack = async () => {
    const state = answers[Math.min(looks++, answers.length - 1)]
    if (state === undefined) throw new Error('ECONNREFUSED')
    return { state } as StackView
  }
  const stop = watchForEnd(new StateFolder(path), { stack }, ({ code }) => reasons.push(code), lookMs)
  while (looks < answers.length + 2 && reasons.length === 0) await sleep(lookMs)
  stop()
  return reasons
}

describe('watchForEnd', () => {
  it('hears once of a stack that is being stopped, or that is gone', async () => {
    expect(await heard(['up', 'up', 'stopping', 'stopping'])).toEqual(['FD_DRILL_STACK_GONE'])
    expect(await heard(['up', undefined])).toEqual(['FD_DRILL_STACK_GONE'])
  })

  it('is no end: one look without an answer, or a control process that was killed and has left its file', async () => {
    await writeFile(join(path, 'control.json'), '{}')
    expect(await heard(['up', undefined, 'up'])).toEqual([])
    expect(await heard(['up', undefined])).toEqual([])
  })
})
