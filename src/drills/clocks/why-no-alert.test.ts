import { describe, expect, it } from 'vitest'
import type { AlertRule } from '../../probes/prometheus.ts'
import { whyNoAlert } from './why-no-alert.ts'

const rule = (expr: string, labels: Record<string, string> = {}): AlertRule => ({
  alert: 'A',
  expr,
  forMs: 0,
  evaluationMs: 1_000,
  labels,
})
const why = (labels: Record<string, string>, ...alertRules: AlertRule[]) =>
  whyNoAlert({ alert: 'A', labels }, { alertRules, labelNames: new Set(['job', 'instance', 'service']) })

describe('why no alert can have those labels', () => {
  it.each([
    ['the rule gives it', { team: 'shop' }, rule('up == 0', { team: 'shop' })],
    ['the expression makes it', { team: 'shop' }, rule('label_replace(up == 0, "team", "shop", "", "")')],
    ['the expression counts by it', { team: '0' }, rule('count_values("team", up) > 0')],
    ['a series may come with the failure', { code: '500' }, rule('rate(errors_total[1m]) > 0')],
    ['its series have it', { service: 'store' }, rule('up == 0')],
  ])('says nothing where %s', (_, labels, one) => {
    expect(why(labels, one)).toBeUndefined()
  })

  it.each([
    ['the label is a slip of one that there is', { serivce: 'store' }, rule('up == 0'), 'did you mean service?'],
    ['the expression takes it away', { service: 'store' }, rule('sum by (job) (up) == 0'), 'gives it a label service'],
    ['the rule gives it another value', { team: 'shop' }, rule('up == 0', { team: 'core' }), 'they give {team="core"}'],
  ])('says so where %s', (_, labels, one, reason) => {
    expect(why(labels, one)).toContain(reason)
  })
})
