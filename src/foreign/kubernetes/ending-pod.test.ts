import { expect, it } from 'vitest'
import { endingPod } from './ending-pod.ts'

const pod = (more: { deletionTimestamp?: string; deletionGracePeriodSeconds?: number }) => ({
  metadata: { name: 'web-1', uid: 'u-1', resourceVersion: '1', creationTimestamp: '2026-11-30T05:00:00Z', ...more },
})
const at = (time: string) => Date.parse(`2026-11-30T${time}Z`)

it.each([
  ['in its grace', '05:10:30', 30, { since: '05:10:00', goneBy: '05:12:00' }],
  ['after it', '05:10:00', 0, { since: '05:10:00', goneBy: '05:11:30' }],
  ['with an hour of grace, which nobody waits for', '06:10:00', 3_600, { since: '05:10:00', goneBy: '05:12:30' }],
])('is a pod that was deleted: %s', (_, graceEnds, deletionGracePeriodSeconds, { since, goneBy }) => {
  const ending = endingPod(pod({ deletionTimestamp: `2026-11-30T${graceEnds}Z`, deletionGracePeriodSeconds }))
  expect(ending).toEqual([{ name: 'pod web-1', sinceMs: at(since), goneByMs: at(goneBy) }])
})

it('is no pod that was not deleted', () => {
  expect(endingPod(pod({}))).toEqual([])
})
