import { describe, expect, it } from 'vitest'
import type { RuntimeEvent, ServiceStatus } from '../../runtimes/runtime.ts'
import { factsAt, lookAt, ZERO_MS } from '../judge/test-facts.ts'
import type { SystemDescription } from '../system.ts'
import { findRepair, type RepairedRun } from './find-repair.ts'

let sequence = 0
const event = (atMs: number, kind: RuntimeEvent['kind']): RuntimeEvent => {
  sequence += 1
  return { sequence, atMs: ZERO_MS + atMs, kind, actor: 'itself', service: 'store', replica: 'store-1' }
}
const GONE = [event(10, 'exited'), event(900, 'starting')]
const BACK = [...GONE, event(2_300, 'healthy')]

/** A run whose steady state was left, or not, and was good again 670 ms after zero; `origins`: where each replica is asked. */
function runWith(events: RuntimeEvent[], { origins, left = true }: { origins: string[]; left?: boolean }): RepairedRun {
  const facts = factsAt(9_000)
  if (left) facts.observations.steady.add(lookAt(40, 'bad'))
  if (left) facts.observations.steady.add(lookAt(666, 'good'))
  const replicas = origins.map((origin, index) => ({ id: `store-${index + 1}`, origin }))
  const services = [{ name: 'store', replicas }] as ServiceStatus[]
  return { drill: facts.drill, facts, events, description: { services } as SystemDescription }
}
const repairOf = (run: RepairedRun, goodAgainMs: number | null) => {
  const { atMs, hit, away } = findRepair(run, goodAgainMs === null ? null : ZERO_MS + goodAgainMs)
  const names = (list: typeof hit) => list.map(({ replica }) => replica)
  return { afterMs: atMs === null ? null : atMs - ZERO_MS, hit: names(hit), away: names(away) }
}
const SHARED = ['http://shop', 'http://shop']
const EACH = ['http://one', 'http://two']

describe('when a system is repaired', () => {
  it('whose replicas are behind one URL: when the one that was hit is ready again, not when another one answers', () => {
    expect(repairOf(runWith(BACK, { origins: SHARED }), 670)).toEqual({ afterMs: 2_300, hit: ['store-1'], away: [] })
  })

  it('whose replica does not come back: it is not', () => {
    expect(repairOf(runWith(GONE, { origins: SHARED }), 670)).toEqual({
      afterMs: null,
      hit: ['store-1'],
      away: ['store-1'],
    })
  })

  it.each([
    ['each of whose replicas is asked by itself', EACH],
    ['that has one replica', ['http://shop']],
  ])('%s: when the steady state is good again', (_, origins) => {
    expect(repairOf(runWith(BACK, { origins }), 2_280)).toMatchObject({ afterMs: 2_280, hit: ['store-1'] })
  })

  it('whose steady state is good again last: then', () => {
    expect(repairOf(runWith(BACK, { origins: SHARED }), 4_000)).toMatchObject({ afterMs: 4_000 })
  })

  it('whose steady state is not good again: it is not', () => {
    expect(repairOf(runWith(BACK, { origins: SHARED }), null)).toMatchObject({ afterMs: null, away: [] })
  })

  it('whose steady state was never left: when the replica that was hit is ready again', () => {
    expect(repairOf(runWith(BACK, { origins: EACH, left: false }), null)).toMatchObject({ afterMs: 2_300 })
  })

  it('where nothing was hit and nothing was left: at once', () => {
    expect(repairOf(runWith([], { origins: EACH, left: false }), null)).toEqual({ afterMs: 0, hit: [], away: [] })
  })
})
