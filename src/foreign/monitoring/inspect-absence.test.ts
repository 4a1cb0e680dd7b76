import { describe, expect, it } from 'vitest'
import type { AlertRule, Labels } from '../../probes/prometheus.ts'
import type { ForeignService } from '../file/foreign-system.ts'
import { absenceFindings } from './inspect-absence.ts'

const checkout: ForeignService = { name: 'checkout', urls: [], labels: { job: 'checkout' }, run: { kind: 'unknown' } }
const targets = ['checkout-1', 'checkout-2', 'other'].map((pod) => ({
  labels: { job: pod.split('-')[0] ?? '', namespace: 'shop', pod } as Labels,
}))
const rule = (alert: string, expr: string): AlertRule => ({ alert, expr, forMs: 0, evaluationMs: 1_000, labels: {} })
const findingsFor = (...alertRules: AlertRule[]) => absenceFindings([checkout], { alertRules, targets })

describe('absenceFindings', () => {
  it('says which alert can miss a lost pod, and what would not', () => {
    const [finding] = findingsFor(rule('Down', 'up{job="checkout"} == 0'), rule('Gone', 'absent(up{job=~"check.*"})'))
    expect(finding).toMatchObject({ name: 'checkout', status: 'note' })
    expect(finding?.detail).toContain('Down can miss a pod that is lost')
    expect(finding?.detail).toContain('Gone waits until no pod is left')
    expect(finding?.help[0]).toContain('count(up{job="checkout"}) < 2')
  })

  it('is content where another alert counts the pods', () => {
    const [finding] = findingsFor(
      rule('Down', 'up{job="checkout"} == 0'),
      rule('Missing', 'count(up{namespace="shop"}) < 3'),
    )
    expect(finding).toMatchObject({ status: 'ok' })
    expect(finding?.detail).toContain('Missing counts them')
  })

  it('reports nothing of alerts that look at other targets', () => {
    expect(findingsFor(rule('Down', 'up{job="other"} == 0'), rule('Slow', 'rate(x[5m]) > 1'))).toEqual([])
    expect(findingsFor(rule('Down', 'up{pod!~"checkout-.*"} == 0'))).toEqual([])
  })

  it('reports nothing of a service without targets', () => {
    const lone: ForeignService = { ...checkout, labels: { job: 'missing' } }
    expect(absenceFindings([lone], { alertRules: [rule('Down', 'up == 0')], targets })).toEqual([])
  })
})
