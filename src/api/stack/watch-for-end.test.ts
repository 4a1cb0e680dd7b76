import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sleep } from '../../base/wait.ts'
import { StateFolder } from '../../runtimes/native/state/state-folder.ts'
import type { StackView } from '../contract.ts'
import { watchForEnd } from './watch-for-end.ts'

let path: string
beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'fd-end-'))
})
afterEach(() => rm(path, { recursive: true }))

/** Watches a control process with these answers, one a look, and then the last one again; `undefined` is no answer. */
async function reasonsAfter(answers: readonly (StackView['state'] | undefined)[], lookMs = 5): Promise<string[]> {
  const reasons: string[] = []
  let looks = 0
  const stack = async () => {
    const state = answers[Math.min(looks++, answers.length - 1)]
    if (state === undefined) throw new Error('ECONNREFUSED')
    return { state } as StackView
  }
  const stop = watchForEnd(
    new StateFolder(path),
    { stack },
    {
      onEnd: ({ code }) => reasons.push(code),
      lookEveryMs: lookMs,
    },
  )
  while (looks < answers.length + 2 && reasons.length === 0) await sleep(lookMs)
  stop()
  return reasons
}

describe('watchForEnd', () => {
  it('reports once that the stack is being stopped, or is gone', async () => {
    expect(await reasonsAfter(['up', 'up', 'stopping', 'stopping'])).toEqual(['FD_DRILL_STACK_GONE'])
    expect(await reasonsAfter(['up', undefined])).toEqual(['FD_DRILL_STACK_GONE'])
  })

  it('does not report one look without an answer, or a control process that was killed and has left its file', async () => {
    await writeFile(join(path, 'control.json'), '{}')
    expect(await reasonsAfter(['up', undefined, 'up'])).toEqual([])
    expect(await reasonsAfter(['up', undefined])).toEqual([])
  })
})
