import { Type } from '#typebox'
import { done, notYet } from '../../base/wait.ts'
import { faultErrors } from '../errors.ts'
import { defineFault, type Injection, landed, notLanded, type RunningFault, type Subject } from '../fault.ts'
import { holdChange } from '../kubernetes/hold-change.ts'
import { replicasText } from '../replicas-text.ts'
import type { WorkloadDescription } from '../workload.ts'

/** Changes how many replicas a service has. */

const NAME = 'scale'

export const scale = defineFault({
  name: NAME,
  summary: 'Scale the whole service to zero, or to another number of replicas',
  params: Type.Object(
    {
      to: Type.Integer({ minimum: 0, maximum: 100, default: 0, description: 'Replicas that remain' }),
    },
    { additionalProperties: false },
  ),
  needs: ['canScale'],
  onWorkload: true,
  alone: true,
  leaves: ({ to }) => to,
  start: async (subject, { to }, injection) =>
    subject.workload === undefined ? scaleService(subject, to) : scaleWorkload(subject, to, injection),
})

async function scaleService(subject: Subject, to: number): Promise<RunningFault> {
  const { service } = subject
  const before = subject.replicas()
  const injectedAtMs = Date.now()
  await subject.scale(to)
  const now = subject.replicas()
  const landing =
    now === to && now !== before
      ? landed(`${service} went from ${before} to ${now} replicas`)
      : notLanded(`${service} has ${replicasText(now)}, as before`)
  const undo = async () => {
    const found = subject.replicas()
    if (found !== to || found === before) return { changed: false, detail: `${service} has ${replicasText(found)}` }
    await subject.scale(before)
    return { changed: true, detail: `scaled ${service} from ${found} back to ${before}` }
  }
  return { injectedAtMs, landing, undo }
}

/** Each of the two patches expects the number that it replaces: what somebody else has scaled meanwhile stays. */
function scaleWorkload(subject: Subject, to: number, injection: Injection): Promise<RunningFault> {
  const path = '/spec/replicas'
  const patches = ({ kind, replicas }: WorkloadDescription) => {
    if (kind === 'DaemonSet') throw refused('a DaemonSet has a pod on each node, and no number of replicas')
    if (replicas === to) throw refused(`${subject.service} has ${replicasText(to)} already`)
    return {
      act: [
        { op: 'test', path, value: replicas },
        { op: 'replace', path, value: to },
      ],
      undo: [
        { op: 'test', path, value: to },
        { op: 'replace', path, value: replicas },
      ],
      what: `${replicasText(to)} instead of ${replicas}`,
    } as const
  }
  return holdChange(
    subject,
    {
      change: { fault: NAME, patches },
      seen: (pods) => {
        const staying = pods.filter(({ isEnding }) => !isEnding).length
        const text = staying === 1 ? '1 pod stays' : `${staying} pods stay`
        return staying === to ? done(text) : notYet(text)
      },
    },
    injection,
  )
}

function refused(message: string) {
  return faultErrors.error('FD_FAULT_REFUSED', { message })
}
