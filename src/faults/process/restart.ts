import { Type } from '#typebox'
import { messageOf } from '../../base/errors.ts'
import { defineFault, landed, notLanded } from '../fault.ts'
import { restartPod } from '../kubernetes/restart-pod.ts'
import { startIfCrashed } from './process-proof.ts'

export const restart = defineFault({
  name: 'restart',
  summary: 'Stop the process in good order and start it at once, as a deployment does',
  params: Type.Object({}, { additionalProperties: false }),
  needs: [],
  onWorkload: true,
  async start(subject) {
    if (subject.workload !== undefined) return restartPod(subject)
    const before = subject.pid()
    const injectedAtMs = Date.now()
    const landing = await subject.restart().then(
      () => {
        const after = subject.pid()
        if (after === undefined || after === before) return notLanded(`${subject.replica} still has pid ${before}`)
        return landed(`pid ${before ?? 'none'} became ${after}`)
      },
      (error: unknown) => notLanded(messageOf(error)),
    )
    return { injectedAtMs, landing, undo: () => startIfCrashed(subject) }
  },
})
