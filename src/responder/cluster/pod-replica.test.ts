import { describe, expect, it } from 'vitest'
import type { ContainerStatus, Pod } from '../../kubernetes/objects.ts'
import { replicaOf } from './pod-replica.ts'

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1_000).toISOString()
const ms = (seconds: number) => Date.parse(at(seconds))

/** A pod that was made at 0 and whose condition Ready has changed at `changed`. */
function pod(ready: boolean, changed: number, container: Partial<ContainerStatus> = {}): Pod {
  return {
    metadata: { name: 'store-6c9d-x2x', uid: 'u', resourceVersion: '1', creationTimestamp: at(0) },
    spec: { containers: [] },
    status: {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: at(changed) }],
      containerStatuses: [{ name: 'store', restartCount: 0, ready, ...container }],
    },
  }
}
const running = (since: number) => ({ state: { running: { startedAt: at(since) } } })
const ended = (when: number) => ({ terminated: { exitCode: 137, finishedAt: at(when) } })

describe('a pod as a replica', () => {
  it.each<[string, Pod, number, object]>([
    ['that is ready is healthy since then', pod(true, 5, running(2)), 60, { state: 'healthy', sinceMs: ms(5) }],
    [
      'whose container has just begun is starting',
      pod(false, 0, running(2)),
      10,
      { state: 'starting', sinceMs: ms(2) },
    ],
    ['whose image is being fetched is starting', pod(false, 0), 10, { state: 'starting', sinceMs: ms(0) }],
    [
      'that was ready and runs on is unhealthy',
      pod(false, 30, running(2)),
      40,
      { state: 'unhealthy', sinceMs: ms(30) },
    ],
    ['that does not become ready is unhealthy', pod(false, 0, running(2)), 70, { state: 'unhealthy', sinceMs: ms(0) }],
    [
      'whose container has ended is exited',
      pod(false, 30, { state: ended(30) }),
      31,
      { state: 'exited', sinceMs: ms(30) },
    ],
    [
      'whose container waits before it begins again is exited',
      pod(false, 30, { state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: ended(30) }),
      31,
      { state: 'exited', sinceMs: ms(30) },
    ],
    [
      'that runs again after it has ended is starting',
      pod(false, 30, running(32)),
      33,
      { state: 'starting', sinceMs: ms(32) },
    ],
  ])('%s', (_, given, now, expected) => {
    expect(replicaOf(given, ms(now))).toEqual({ id: 'store-6c9d-x2x', configured: [], ...expected })
  })

  it('is not a replica while it is deleted, and when it was evicted', () => {
    const given = pod(true, 5, running(2))
    expect(replicaOf({ ...given, metadata: { ...given.metadata, deletionTimestamp: at(6) } }, ms(7))).toBeUndefined()
    expect(replicaOf({ ...given, status: { ...given.status, phase: 'Failed' } }, ms(7))).toBeUndefined()
  })
})
