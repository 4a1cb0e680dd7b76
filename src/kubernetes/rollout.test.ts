import { describe, expect, it } from 'vitest'
import type { Workload } from './objects.ts'
import { desiredReplicas, rolloutState } from './rollout.ts'
import type { WorkloadKind } from './workload-place.ts'

const workload = (status: Workload['status'], replicas?: number) =>
  ({ metadata: { generation: 2 }, spec: { replicas }, status: { observedGeneration: 2, ...status } }) as Workload

describe('a rollout', () => {
  it.each<[string, WorkloadKind, Workload['status'], string]>([
    [
      'not seen',
      'deployment',
      { observedGeneration: 1, replicas: 2, updatedReplicas: 2, availableReplicas: 2 },
      'its change has not been seen yet',
    ],
    [
      'with old pods alone',
      'deployment',
      { replicas: 2, updatedReplicas: 0, availableReplicas: 2 },
      '0 of 2 pods are new',
    ],
    [
      'with old pods beside the new',
      'deployment',
      { replicas: 3, updatedReplicas: 2, availableReplicas: 3 },
      '1 old pods have not ended',
    ],
    [
      'with pods that are not ready',
      'deployment',
      { replicas: 2, updatedReplicas: 2, availableReplicas: 1 },
      '1 of 2 pods are ready',
    ],
    ['that is over', 'deployment', { replicas: 2, updatedReplicas: 2, availableReplicas: 2 }, 'complete'],
    [
      'under way',
      'statefulset',
      { replicas: 2, updatedReplicas: 1, readyReplicas: 2, currentRevision: 'a', updateRevision: 'b' },
      '1 of 2 pods are new',
    ],
    [
      'that is over',
      'statefulset',
      { replicas: 2, readyReplicas: 2, currentRevision: 'b', updateRevision: 'b' },
      'complete',
    ],
    [
      'under way',
      'daemonset',
      { desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberReady: 2 },
      '2 of 3 pods are ready',
    ],
    ['that is over', 'daemonset', { desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberReady: 3 }, 'complete'],
  ])('%s, of a %s', (_, kind, status, expected) => {
    const state = rolloutState(workload(status, 2), kind)
    expect(state.is === 'complete' ? state.is : state.detail).toBe(expected)
  })

  it('has failed when the cluster gives it up', () => {
    const late = {
      type: 'Progressing',
      status: 'False',
      reason: 'ProgressDeadlineExceeded',
      message: 'ReplicaSet "web-1" has timed out progressing.',
    } as const
    expect(rolloutState(workload({ replicas: 3, updatedReplicas: 1, conditions: [late] }, 2), 'deployment')).toEqual({
      is: 'failed',
      detail: 'ReplicaSet "web-1" has timed out progressing.',
    })
  })
})

describe('how many pods are desired', () => {
  it('is one where the workload does not say it, and by nodes for a DaemonSet', () => {
    expect(desiredReplicas(workload({}))).toBe(1)
    expect(desiredReplicas(workload({}, 0))).toBe(0)
    expect(desiredReplicas(workload({ desiredNumberScheduled: 4 }))).toBe(4)
  })
})
