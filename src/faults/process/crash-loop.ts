import { Type } from '#typebox'
import { sleep } from '../../base/wait.ts'
import { defineFault } from '../fault.ts'
import { durationParam, read } from '../params.ts'
import { startIfCrashed, untilGone, wasNotRunning } from './process-proof.ts'

/** Kills a process each time it is up again. */

/** How often the process is checked for being up again, in milliseconds. */
const LOOK_MS = 20

export const crashLoop = defineFault({
  name: 'crash-loop',
  summary: 'Kill the process with SIGKILL, and again each time it is healthy again, as after a bad deployment',
  params: Type.Object(
    {
      times: Type.Integer({ minimum: 1, maximum: 1_000, default: 1_000, description: 'Kills at most' }),
      after: durationParam({
        min: '0ms',
        max: '1h',
        default: '0ms',
        description: 'How long it may be healthy before it is killed again',
      }),
    },
    { additionalProperties: false },
  ),
  needs: ['canKill'],
  async start(subject, params) {
    const pid = subject.pid()
    if (pid === undefined) return wasNotRunning(subject)
    await subject.kill('SIGKILL')
    const injectedAtMs = Date.now()
    let kills = 1
    const landing = await untilGone(subject, pid, 'SIGKILL')

    const stopping = new AbortController()
    const { signal } = stopping
    const loop = async () => {
      while (kills < params.times) {
        await sleep(LOOK_MS, signal)
        if (subject.state() !== 'healthy') continue
        await sleep(read('duration', params.after), signal)
        const again = subject.pid()
        if (again === undefined || subject.state() !== 'healthy') continue
        // It may have ended at this moment: then there is nothing to kill until it is healthy again.
        const killed = await subject.kill('SIGKILL').then(
          () => true,
          () => false,
        )
        if (!killed) continue
        kills++
        await untilGone(subject, again, 'SIGKILL')
      }
    }
    const looping = loop().catch(() => undefined)
    const undo = async () => {
      stopping.abort()
      await looping
      const { changed, detail } = await startIfCrashed(subject)
      return { changed, detail: `killed ${kills === 1 ? 'once' : `${kills} times`}; ${detail}` }
    }
    return { injectedAtMs, landing, undo }
  },
})
