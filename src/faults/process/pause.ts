import { Type } from '#typebox'
import { isHalted } from '../../base/system/process.ts'
import { done, notYet, waitUntil } from '../../base/wait.ts'
import { defineFault, landed, notLanded } from '../fault.ts'

/** Freezes a process. */

/** SIGSTOP takes effect at the next scheduling of each thread. */
const HALTED_WITHIN_MS = 1_000

export const pause = defineFault({
  name: 'pause',
  summary: 'Freeze the process without ending it: connections stay open and nothing answers, as in a hang',
  params: Type.Object({}, { additionalProperties: false }),
  needs: ['canPause'],
  silences: true,
  async start(subject) {
    const { replica } = subject
    const pid = subject.pid()
    const undo = async () => {
      if (subject.pid() !== pid || subject.state() !== 'paused')
        return { changed: false, detail: `${replica} is ${subject.state() ?? 'gone'}` }
      await subject.resume()
      return { changed: true, detail: `resumed ${replica}` }
    }
    if (pid === undefined) return { injectedAtMs: Date.now(), landing: notLanded(`${replica} was not running`), undo }
    if (subject.state() === 'paused') {
      const nothing = async () => ({ changed: false, detail: `${replica} had been paused before` })
      return { injectedAtMs: Date.now(), landing: notLanded(`${replica} was paused already`), undo: nothing }
    }
    await subject.pause()
    const injectedAtMs = Date.now()
    const landing = await waitUntil(
      async () =>
        (subject.halted?.() ?? isHalted(pid)) ? done(`pid ${pid} is frozen`) : notYet(`pid ${pid} still runs`),
      { what: `${replica} to freeze`, timeoutMs: HALTED_WITHIN_MS, intervalMs: 2 },
    ).then(landed, () => notLanded(`pid ${pid} did not freeze`))
    return { injectedAtMs, landing, undo }
  },
})
