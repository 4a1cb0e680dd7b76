import { describe, expect, it } from 'vitest'
import type { Replica } from './actions/actuator.ts'
import { judgeReplaced } from './verification.ts'

const times = { sinceMs: 1_000, overMs: 500, nowMs: 5_000 }
const target = { service: 'store', replica: 'store-a-1' }
const replica = (id: string, sinceMs: number, state = 'healthy'): Replica => ({ id, state, sinceMs })

describe('whether a replica that was replaced by one of another name was helped', () => {
  it.each<[string, Replica[], object]>([
    ['yes, when another is healthy since', [replica('store-a-2', 0), replica('store-a-3', 3_000)], { outcome: 'ok' }],
    [
      'not while it is still there and ill',
      [replica('store-a-1', 0, 'unhealthy'), replica('store-a-2', 0)],
      { else: 'failed' },
    ],
    [
      'not while nothing has taken its place',
      [replica('store-a-2', 0)],
      { notYet: 'nothing has taken the place of store-a-1' },
    ],
    [
      'not while the new one begins',
      [replica('store-a-2', 0), replica('store-a-3', 3_000, 'starting')],
      { notYet: 'store-a-3 is starting' },
    ],
    [
      'not when the new one has ended',
      [replica('store-a-2', 0), replica('store-a-3', 3_000, 'exited')],
      { outcome: 'failed' },
    ],
    ['not before it is healthy for long enough', [replica('store-a-3', 4_800)], { else: 'unknown' }],
  ])('%s', (_, replicas, expected) => {
    expect(judgeReplaced(replicas, target, times)).toMatchObject(expected)
  })
})
