import { expect, it } from 'vitest'
import type { Workload } from '../../kubernetes/objects.ts'
import { mainContainerOf } from './workload.ts'

const workloadWith = (annotations?: Record<string, string>) =>
  ({
    spec: {
      template: {
        ...(annotations && { metadata: { annotations } }),
        spec: { containers: [{ name: 'log' }, { name: 'app' }] },
      },
    },
  }) as unknown as Workload

it('the main container of a workload is the first of its template, unless kubectl would take another one', () => {
  expect(mainContainerOf(workloadWith())).toBe('log')
  expect(mainContainerOf(workloadWith({ 'kubectl.kubernetes.io/default-container': 'app' }))).toBe('app')
})
