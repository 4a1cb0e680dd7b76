import { Type } from 'typebox'
import { done, notYet, waitUntil } from '../base/wait.ts'
import { defineFault } from './fault.ts'

/** How long a killed process may take to be gone. SIGKILL takes effect at the next scheduling; SIGTERM asks for a graceful stop. */
const GONE_WITHIN_MS = 5_000

export const kill = defineFault({
  name: 'kill',
  summary: 'End the process with a signal, as a crash or the out-of-memory killer does',
  params: Type.Object(
    {
      signal: Type.Union(
        [Type.Literal('SIGKILL'), Type.Literal('SIGTERM'), Type.Literal('SIGINT'), Type.Literal('SIGABRT')],
        {
          default: 'SIGKILL',
          description: 'The signal to send',
        },
      ),
    },
    { additionalProperties: false },
  ),
  needs: ['canKill'],
  async start(subject, { signal }) {
    const pid = subject.pid()
    const injectedAtMs = Date.now()
    const undo = async () => {
      if (subject.pid() !== undefined) return { changed: false, detail: `${subject.replica} runs` }
      await subject.start()
      return { changed: true, detail: `started ${subject.replica}, which nobody had repaired` }
    }
    if (pid === undefined) {
      const proof = `${subject.replica} was not running`
      return { injectedAtMs, landing: { landed: false, atMs: injectedAtMs, proof }, undo }
    }
    await subject.kill(signal)
    const sentAtMs = Date.now()
    const landing = await waitUntil(
      async () => (subject.pid() === pid ? notYet(`pid ${pid} still runs`) : done(`pid ${pid} is gone`)),
      { what: `${subject.replica} to end after ${signal}`, timeoutMs: GONE_WITHIN_MS, intervalMs: 2 },
    ).then(
      (proof) => ({ landed: true, atMs: Date.now(), proof }),
      () => ({ landed: false, atMs: Date.now(), proof: `pid ${pid} still ran ${GONE_WITHIN_MS} ms after ${signal}` }),
    )
    return { injectedAtMs: sentAtMs, landing, undo }
  },
})
