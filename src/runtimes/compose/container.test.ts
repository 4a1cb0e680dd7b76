import { expect, it } from 'vitest'
import { runContainer } from './container.ts'
import type { Engine } from './engine/engine.ts'

it.each([
  ['thaws a container that a dead control left paused before it starts it', true, ['unpause', 'start']],
  ['starts one that is not paused, or runs already', false, ['start']],
])('%s', async (_, isPaused, wanted) => {
  const acts: string[] = []
  const engine = {
    inspect: async () => ({ State: { Running: true, Paused: isPaused, Pid: 7, ExitCode: 0, Error: '' } }),
    act: async (verb: string) => void acts.push(verb),
    wait: () => new Promise<number>(() => undefined),
  }
  expect((await runContainer(engine as unknown as Engine, 'store')).pid).toBe(7)
  expect(acts).toEqual(wanted)
})
