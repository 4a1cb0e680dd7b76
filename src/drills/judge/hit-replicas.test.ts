import { describe, expect, it } from 'vitest'
import type { RuntimeEvent } from '../../runtimes/runtime.ts'
import { type HitBy, hitReplicas } from './hit-replicas.ts'

let sequence = 0
const event = (atMs: number, kind: RuntimeEvent['kind'], replica = 'shop-1'): RuntimeEvent => {
  sequence += 1
  return { sequence, atMs, kind, actor: 'itself', replica, service: replica.replace(/-\d+$/, '') }
}
const crash = (target: HitBy['step']['target'], landed = true): HitBy => ({
  step: { target },
  askedAtMs: 1_000,
  fault: { id: 'f', injectedAtMs: 1_050, landing: { landed, atMs: 1_100, proof: '' } },
})
const first = crash({ service: 'shop', replica: 'shop-1' })
const hit = (events: RuntimeEvent[], fault = first) =>
  hitReplicas([fault], events).map(({ replica, endedAtMs, readyAtMs }) => [replica, endedAtMs, readyAtMs])

describe('the replicas that a fault has hit', () => {
  it.each<[string, RuntimeEvent[], unknown[]]>([
    [
      'are ready again when the same one is, not when it starts',
      [event(1_100, 'exited'), event(2_000, 'starting'), event(3_300, 'healthy')],
      [['shop-1', 1_100, 3_300]],
    ],
    [
      'are ready by the start that lasts',
      [
        event(1_100, 'exited'),
        event(2_000, 'starting'),
        event(2_100, 'exited'),
        event(4_000, 'starting'),
        event(4_500, 'healthy'),
      ],
      [['shop-1', 1_100, 4_500]],
    ],
    [
      'are ready for the first time: what ends it later is another story',
      [event(1_100, 'exited'), event(2_000, 'healthy'), event(9_000, 'exited'), event(9_500, 'healthy')],
      [['shop-1', 1_100, 2_000]],
    ],
    ['that go on again are ready', [event(1_050, 'paused'), event(5_000, 'resumed')], [['shop-1', 1_050, 5_000]]],
    [
      'are not ready when they do not come back',
      [event(1_100, 'exited'), event(2_000, 'starting')],
      [['shop-1', 1_100, null]],
    ],
    ['are not waited for when they are scaled away', [event(1_100, 'exited'), event(2_000, 'stopped')], []],
    ['do not include others than its target', [event(1_100, 'exited', 'shop-2')], []],
    ['do not include those of another service', [event(1_100, 'exited', 'store-1')], []],
    ['do not include one that ended before', [event(900, 'exited'), event(950, 'healthy')], []],
    ['do not include one that ends long after it has landed', [event(9_000, 'exited')], []],
  ])('%s', (_, events, expected) => {
    expect(hit(events)).toEqual(expected)
  })

  it('are all of a service where that is its target', () => {
    const events = [
      event(1_100, 'exited', 'shop-1'),
      event(1_110, 'exited', 'shop-2'),
      event(2_000, 'healthy', 'shop-2'),
    ]
    expect(hit(events, crash({ service: 'shop' }))).toEqual([
      ['shop-1', 1_100, null],
      ['shop-2', 1_110, 2_000],
    ])
  })

  it('do not exist where it did not land', () => {
    expect(hit([event(1_100, 'exited')], crash({ service: 'shop' }, false))).toEqual([])
  })
})
