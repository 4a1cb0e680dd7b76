import { describe, expect, it } from 'vitest'
import { AlertsOfReplicas } from './alerts-of-replicas.ts'
import { joinActive } from './join-active.ts'

const alert = (state: 'pending' | 'firing', activeAtMs: number, labels = { alertname: 'A' }) => ({
  labels,
  state,
  activeAtMs,
})

describe('the alerts of a pair', () => {
  it('are one where the labels are the same: firing where either fires, since the earlier moment', () => {
    const pair = new AlertsOfReplicas(joinActive)
    expect(pair.merge([[alert('pending', 300)], [alert('firing', 100)]], 1_000)).toEqual([alert('firing', 100)])
    const other = alert('firing', 5, { alertname: 'B' })
    expect(pair.merge([[other], [alert('firing', 100)]], 1_100)).toEqual([other, alert('firing', 100)])
  })

  it('keep their earliest moment until neither has them', () => {
    const pair = new AlertsOfReplicas(joinActive)
    pair.merge([[alert('firing', 300)], [alert('firing', 100)]], 1_000)
    expect(pair.merge([[alert('firing', 300)], []], 1_100)).toEqual([alert('firing', 100)])
    expect(pair.merge([[], []], 1_200)).toEqual([])
    expect(pair.merge([[], [alert('pending', 1_300)]], 1_300)).toEqual([alert('pending', 1_300)])
  })

  it('are those of before where one is silent, but not for long', () => {
    const pair = new AlertsOfReplicas(joinActive)
    pair.merge([[], [alert('firing', 100)]], 1_000)
    expect(pair.merge([[], undefined], 2_900)).toEqual([alert('firing', 100)])
    expect(pair.merge([[], undefined], 3_100)).toEqual([])
  })
})
