import type { Pod } from '../../kubernetes/objects.ts'
import type { Replica } from '../actions/actuator.ts'

/** A pod as the responder sees a replica; `undefined` for one that is being deleted or was evicted, which another replaces. Pure. */
export function replicaOf(pod: Pod, nowMs: number): Replica | undefined {
  const { metadata, status } = pod
  if (metadata.deletionTimestamp !== undefined || status.phase === 'Failed') return undefined
  // Nothing of the stack is configured but by its manifests.
  return { id: metadata.name, configured: [], ...stateOf(pod, nowMs) }
}

/** A container that runs and has not become ready for this long is ill, not starting. Milliseconds. */
const STARTING_AT_MOST_MS = 60_000

function stateOf({ metadata, status }: Pod, nowMs: number): Pick<Replica, 'state' | 'sinceMs'> {
  const createdMs = Date.parse(metadata.creationTimestamp)
  const ready = status.conditions?.find(({ type }) => type === 'Ready')
  const changedMs = timeOf(ready?.lastTransitionTime) ?? createdMs
  if (ready?.status === 'True') return { state: 'healthy', sinceMs: changedMs }
  const { state = {}, lastState = {} } = status.containerStatuses?.[0] ?? {}
  if (state.running !== undefined) {
    const startedMs = timeOf(state.running.startedAt) ?? createdMs
    const isStarting = changedMs <= startedMs && nowMs - startedMs < STARTING_AT_MOST_MS
    return isStarting ? { state: 'starting', sinceMs: startedMs } : { state: 'unhealthy', sinceMs: changedMs }
  }
  const ended = state.terminated ?? lastState.terminated
  if (ended === undefined) return { state: 'starting', sinceMs: createdMs }
  return { state: 'exited', sinceMs: timeOf(ended.finishedAt) ?? changedMs }
}

function timeOf(text: string | undefined): number | undefined {
  const ms = Date.parse(text ?? '')
  return Number.isNaN(ms) ? undefined : ms
}
