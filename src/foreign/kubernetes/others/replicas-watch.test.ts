import { describe, expect, it } from 'vitest'
import type { Workload } from '../../../kubernetes/objects.ts'
import { ReplicasWatch } from './replicas-watch.ts'

function workload(replicas: number, ...writers: [manager: string, time: string][]): Workload {
  const managedFields = writers.map(([manager, time]) => ({
    manager,
    time,
    fieldsV1: { 'f:spec': { 'f:replicas': {} } },
  }))
  return {
    metadata: {
      name: 'shop',
      uid: '1',
      resourceVersion: '1',
      creationTimestamp: '2026-01-01T00:00:00Z',
      managedFields,
    },
    spec: { replicas, selector: {}, template: { spec: { containers: [] } } },
    status: {},
  }
}
/** What each look returns, in a few characters. */
const looks = (watch: ReplicasWatch, ...numbers: number[]) =>
  numbers.map((replicas) => {
    const seen = watch.look(workload(replicas))
    return seen === undefined ? '-' : `${seen.from}>${seen.to}`
  })

describe('how many replicas a workload has', () => {
  it("is nobody else's while it stays", () => {
    expect(looks(new ReplicasWatch(), 2, 2, 2)).toEqual(['-', '-', '-'])
  })

  it("is somebody else's when nothing here has set it: each time", () => {
    expect(looks(new ReplicasWatch(), 2, 4, 4, 2)).toEqual(['-', '2>4', '-', '4>2'])
  })

  it('is ours while a fault is in force, and so is the number from before it', () => {
    const watch = new ReplicasWatch()
    looks(watch, 3)
    const end = watch.sets({ from: 3, to: 0 })
    expect(looks(watch, 0, 3, 0)).toEqual(['-', '-', '-'])
    end()
    expect(looks(watch, 3, 0)).toEqual(['-', '3>0'])
  })

  it('is ours in a look that began before the undo', () => {
    const watch = new ReplicasWatch()
    looks(watch, 3)
    const end = watch.sets({ from: 3, to: 0 })
    looks(watch, 3)
    end()
    expect(looks(watch, 0, 3)).toEqual(['-', '-'])
  })

  it("is somebody else's while a fault is in force where it is neither", () => {
    const watch = new ReplicasWatch()
    looks(watch, 3)
    watch.sets({ from: 3, to: 0 })
    expect(looks(watch, 0, 5, 3)).toEqual(['-', '0>5', '-'])
  })

  it('counts from what it is at the fault, not from what it once was', () => {
    const watch = new ReplicasWatch()
    expect(looks(watch, 2, 4)).toEqual(['-', '2>4'])
    const end = watch.sets({ from: 4, to: 0 })
    end()
    expect(looks(watch, 4, 2)).toEqual(['-', '4>2'])
  })

  it('is one where nothing is stated', () => {
    const watch = new ReplicasWatch()
    watch.look({ ...workload(1), spec: { selector: {}, template: { spec: { containers: [] } } } })
    expect(watch.look(workload(2))).toMatchObject({ from: 1, to: 2 })
  })

  it('has a writer where the cluster records one that has written since', () => {
    const watch = new ReplicasWatch()
    const old = ['helm', '2026-01-01T00:00:00Z'] as [string, string]
    watch.look(workload(2, old))
    expect(watch.look(workload(3, old))).toMatchObject({ by: undefined })
    expect(watch.look(workload(4, old, ['kubectl', '2026-01-01T00:00:05Z']))).toMatchObject({ by: 'kubectl' })
  })
})
