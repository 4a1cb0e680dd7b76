import { messageOf } from '../../../base/errors.ts'
import { formatDuration } from '../../../base/units/duration.ts'
import { pollFor } from '../../../base/wait.ts'
import { clusterErrors } from '../errors.ts'
import type { ClusterPart } from './part-states.ts'

/** Waits for a stack in a cluster. */

/** Pause between two looks, and how long a reason must last before it is reported. Milliseconds. */
const LOOK_MS = 1_500
const REPORTED_AFTER_MS = 15_000

export interface ReadyOptions {
  /** The parts as they are; `undefined` where nothing is there. */
  parts(): Promise<ClusterPart[] | undefined>
  withinMs: number
  signal?: AbortSignal | undefined
  /** Called once for each part, when it is ready. */
  onReady(part: ClusterPart): void
  /** Called once for each reason that lasts. */
  onWhy(part: ClusterPart, why: string): void
  nowMs?: () => number
  lookMs?: number
}

/** Waits until every part is ready. @throws FD_CLUSTER_NOT_READY with each part that is not, and why */
export async function untilReady(options: ReadyOptions): Promise<ClusterPart[]> {
  const { withinMs, signal, onReady, onWhy, nowMs = () => performance.now(), lookMs = LOOK_MS } = options
  const ready = new Set<string>()
  const reasons = new Map<string, { sinceMs: number; isReported: boolean }>()
  let parts: ClusterPart[] = []
  let problem: string | undefined
  const look = async (): Promise<boolean> => {
    try {
      parts = (await options.parts()) ?? []
      problem = parts.length === 0 ? 'nothing of the stack is there' : undefined
    } catch (error) {
      // The next look may succeed; the bound ends it.
      problem = messageOf(error)
    }
    for (const part of parts) {
      if (part.isReady && !ready.has(part.name)) onReady(part)
      if (part.isReady) ready.add(part.name)
      for (const why of part.why) {
        const known = reasons.get(why) ?? { sinceMs: nowMs(), isReported: false }
        if (!known.isReported && nowMs() - known.sinceMs >= REPORTED_AFTER_MS) {
          onWhy(part, why)
          known.isReported = true
        }
        reasons.set(why, known)
      }
    }
    return problem === undefined && parts.every(({ isReady }) => isReady)
  }
  if (await pollFor(look, { until: (isUp) => isUp, timeoutMs: withinMs, intervalMs: lookMs, signal })) return parts
  throw notReady(parts, problem, withinMs)
}

function notReady(parts: readonly ClusterPart[], problem: string | undefined, withinMs: number) {
  const missing = parts.filter(({ isReady }) => !isReady)
  const lines = missing.flatMap(({ name, ready, wanted, why }) =>
    (why.length === 0 ? ['no reason is known'] : why).map((one) => `${name} (${ready} of ${wanted} ready): ${one}`),
  )
  return clusterErrors.error('FD_CLUSTER_NOT_READY', {
    message: `${missing.length} of ${parts.length} parts are not ready after ${formatDuration(withinMs)}: ${missing.map(({ name }) => name).join(', ')}`,
    given: [...(problem === undefined ? [] : [problem]), ...lines].join('\n            '),
    next: 'mend what is named and run the same again; firedrill status shows how it is, firedrill down removes it',
  })
}
