import { describe, expect, it } from 'vitest'
import { type SightOfLoss, sightOfLoss } from './sight-of-loss.ts'

const sightOf = (expression: string): SightOfLoss =>
  sightOfLoss(expression, (matchers) => matchers.every(({ label, value }) => label !== 'job' || value === 'shop'))

describe('sightOfLoss', () => {
  it.each([
    ['a target that is down', 'up{job="shop"} == 0'],
    ['a target that is not up', 'up{job="shop"} != 1'],
    ['a target that is below 1', 'up < 1'],
    ['down for a part of the time', 'avg_over_time(up{job="shop"}[5m]) < 0.9'],
    ['the share that is down', '1 - avg by (job) (up{job="shop"}) > 0.1'],
    ['the share that is down, counted', '100 * (count(up == 0) by (job) / count(up) by (job)) > 10'],
    ['a sum of what is down', 'sum(up{job="shop"} == 0) > 0'],
    ['none that is up', 'sum(up{job="shop"}) == 0'],
    ['fewer than one that is up', 'sum(up{job="shop"}) < 1'],
    ['the worst one', 'min by (namespace) (up{job="shop"}) == 0'],
    ['the share that is up', 'sum(up) by (job) / count(up) by (job) < 0.9'],
    ['the number that is down', 'count(up) - sum(up) > 0'],
    ['a count of each', 'count by (instance) (up{job="shop"}) < 1'],
    ['with a condition beside it', 'up{job="shop"} == 0 and on (instance) node_up == 1'],
  ])('an alert on %s is blind to a lost one', (_, expression) => {
    expect(sightOf(expression)).toBe('blind')
  })

  it.each([
    ['the number of targets', 'count(up{job="shop"}) < 3'],
    ['the number of those that are up', 'sum by (job) (up{job="shop"}) < 2'],
    ['a count of those that are up', 'count(up{job="shop"} == 1) <= 2'],
    ['what is missing of the desired number', 'kube_deployment_spec_replicas - count(up{job="shop"}) > 0'],
    ['a number on the left', '3 > sum(up{job="shop"})'],
    ['one that was there before', 'up{job="shop"} offset 5m unless up{job="shop"}'],
    ['a number without what names one target', 'sum without (instance, pod) (up) < 3'],
    ['either of two conditions', 'up{job="shop"} == 0 or count(up{job="shop"}) < 3'],
    ['a number that has changed', 'count(up) != count(up offset 10m)'],
  ])('an alert on %s sees it', (_, expression) => {
    expect(sightOf(expression)).toBe('sees')
  })

  it.each(['absent(up{job="shop"})', 'absent_over_time(up{job="shop"}[5m])', 'absent(up == 1) or up == 0'])(
    '%s fires only when none is left',
    (expression) => {
      expect(sightOf(expression)).toBe('last')
    },
  )

  it.each([
    'rate(http_requests_total[5m]) > 3',
    'up{job="other"} == 0',
    'absent(up{job="other"})',
    'not an expression (',
  ])('%s is about something else', (expression) => {
    expect(sightOf(expression)).toBe('other')
  })

  it.each([
    'count_values("value", up) > 1',
    'count(up) == 2',
    'abs(count(up) - 3) > 0',
    'sum without (instance) (up) < 3',
  ])('of %s nothing is claimed', (expression) => {
    expect(sightOf(expression)).toBe('unknown')
  })
})
