import { constants } from 'node:os'
import type { Exit, Running } from '../running.ts'
import type { Engine } from './engine/engine.ts'

/** One container as a life of a replica. It is started when it does not run yet. */
export async function runContainer(engine: Engine, id: string): Promise<Running> {
  // A control that was killed during a fault may have left it paused, and the engine starts no paused container.
  if ((await engine.inspect(id)).State.Paused) await engine.act('unpause', id)
  await engine.act('start', id)
  const { State } = await engine.inspect(id)
  let ended = false
  const exited = engine.wait(id).then(
    (code): Exit => exitOf(code),
    (error: unknown): Exit => ({ code: null, signal: null, detail: `its end was not seen: ${String(error)}` }),
  )
  void exited.then(() => {
    ended = true
  })
  const unlessEnded = async (act: () => Promise<void>) => {
    try {
      if (!ended) await act()
    } catch (error) {
      // It may have ended in between; anything else is a failure.
      if ((await engine.inspect(id)).State.Running) throw error
    }
  }
  return {
    // Of the engine's machine, not of the container.
    pid: State.Pid === 0 ? undefined : State.Pid,
    exited,
    signal: (signal) => unlessEnded(() => engine.kill(id, signal)),
    pause: () => unlessEnded(() => engine.act('pause', id)),
    resume: () => unlessEnded(() => engine.act('unpause', id)),
    destroy: () => unlessEnded(() => engine.kill(id, 'SIGKILL')),
  }
}

/** A process that a signal ended leaves 128 + its number. */
function exitOf(code: number): Exit {
  const signal = Object.entries(constants.signals).find(([, number]) => number === code - 128)?.[0]
  return signal === undefined ? { code, signal: null } : { code: null, signal }
}
