import { Type } from '#typebox'
import { defineFault } from '../fault.ts'
import { startIfDown, untilGone, wasNotRunning } from './process-proof.ts'

export const stop = defineFault({
  name: 'stop',
  summary: 'Stop the process in good order and keep it stopped, whatever its restart policy: a dependency that is down',
  params: Type.Object({}, { additionalProperties: false }),
  needs: [],
  silences: true,
  async start(subject) {
    const pid = subject.pid()
    if (pid === undefined) return wasNotRunning(subject)
    const undo = () => startIfDown(subject)
    const stopping = subject.stop()
    const injectedAtMs = Date.now()
    await stopping
    return { injectedAtMs, landing: await untilGone(subject, pid, 'it was stopped'), undo }
  },
})
