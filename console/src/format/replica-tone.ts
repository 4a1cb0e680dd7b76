import type { ReplicaState } from '../../../src/runtimes/runtime.ts'

/** How a state looks: well, on its way, or wrong. */
export const replicaTone: Record<ReplicaState, 'good' | 'wait' | 'bad'> = {
  healthy: 'good',
  starting: 'wait',
  stopping: 'wait',
  paused: 'wait',
  backoff: 'wait',
  unhealthy: 'bad',
  exited: 'bad',
  stopped: 'bad',
}
