import { faultErrors } from '../../../faults/errors.ts'
import type { PodProgram } from '../../../faults/workload.ts'
import type { Pod } from '../../../kubernetes/objects.ts'
import { workloadText } from '../../../kubernetes/workload-place.ts'
import { REPORT } from '../faults/frame-program.ts'
import { podView } from '../faults/pod-view.ts'
import { runInPod } from '../faults/run-in-pod.ts'
import type { HeldFor } from '../undo/change-object.ts'
import type { ChangePlace } from '../undo/make-change.ts'
import { lastReport, readReport } from './last-report.ts'
import { OUTWARD_PROGRAM } from './probe-program.ts'
import type { Prober } from './prober.ts'

/**
 * Tries to connect from a pod of a workload, beside its containers, to the API server: what each pod knows, and what accepts connections
 * in every cluster.
 * @throws FD_FAULT_REFUSED where no pod is ready
 */
export function probeOutOfPod(
  { cluster, workload, programs: { image } }: ChangePlace,
  [pod]: readonly Pod[],
  { forMs, signal }: HeldFor,
): Prober {
  if (pod === undefined) throw noPod(workloadText(workload))
  const { namespace } = workload
  const from = `pod ${pod.metadata.name}`
  let program: PodProgram | undefined
  const end = async () => program?.end()
  return {
    start: async () => {
      const work = { program: OUTWARD_PROGRAM, data: {}, forMs, signal }
      program = await runInPod({ cluster, namespace, image }, podView(pod), work)
      const { connects = false, why = 'no reason is known', at } = readReport(program.firstReport) ?? {}
      if (connects) return
      await end().catch(() => undefined)
      throw notConnected(from, { why, at })
    },
    now: async () => {
      const container = program?.container ?? ''
      const report = await lastReport(cluster, { namespace, pod: pod.metadata.name, container }, REPORT)
      // A program that has ended connects to nothing either.
      if (report === undefined || (await program?.ended()) !== undefined)
        return { connects: true, text: `the probe in ${from} reports nothing` }
      const { connects, why = '', at } = report
      const text = connects ? `${from} still connects to ${at}` : `${from} no longer connects to ${at}: ${why}`
      return { connects, text: `${text} (the API server)` }
    },
    end,
  }
}

function noPod(text: string) {
  return faultErrors.error('FD_FAULT_REFUSED', {
    message: `no pod of ${text} is ready, so that nothing could be proved`,
  })
}

function notConnected(from: string, { why, at }: { why: string; at: string | undefined }) {
  return faultErrors.error('FD_FAULT_REFUSED', {
    message: `${from} does not connect to the API server at ${at}, so it could not be seen whether connections are denied; nothing is changed`,
    given: why,
    expected: 'pods that may connect to the API server',
  })
}
