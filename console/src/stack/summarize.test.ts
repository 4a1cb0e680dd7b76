import { describe, expect, it } from 'vitest'
import type { ReplicaState, ServiceStatus } from '../../../src/runtimes/runtime.ts'
import { summarize } from './summarize.ts'

const service = (name: string, ...states: ReplicaState[]): ServiceStatus => ({
  name,
  kind: 'service',
  summary: '',
  maxReplicas: 9,
  replicas: states.map((state, index) => ({
    id: `${name}-${index + 1}`,
    state,
    sinceMs: 0,
    address: { host: '127.0.0.1', port: 1 },
    restarts: 0,
  })),
})

describe('summarize', () => {
  it.each([
    ['All 2 replicas of 2 parts are healthy.', 'up', [service('store', 'healthy'), service('worker', 'healthy')]],
    [
      'The stack is starting. 1 of 3 replicas of 2 parts are healthy.',
      'starting',
      [service('store', 'healthy', 'exited'), service('worker', 'paused')],
    ],
  ] as const)('says "%s"', (text, state, services) => expect(summarize({ services: [...services], state })).toBe(text))
})
