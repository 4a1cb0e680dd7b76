import { Type } from 'typebox'
import { defineFault, notLanded } from './fault.ts'
import { startIfDown, untilGone } from './process-proof.ts'

export const stop = defineFault({
  name: 'stop',
  summary: 'Stop the process in good order and keep it stopped, whatever its restart policy: a dependency that is down',
  params: Type.Object({}, { additionalProperties: false }),
  needs: [],
  async start(subject) {
    const pid = subject.pid()
    const undo = () => startIfDown(subject)
    if (pid === undefined)
      return { injectedAtMs: Date.now(), landing: notLanded(`${subject.replica} was not running`), undo }
    const stopping = subject.stop()
    const injectedAtMs = Date.now()
    await stopping
    return { injectedAtMs, landing: await untilGone(subject, pid, 'it was stopped'), undo }
  },
})
