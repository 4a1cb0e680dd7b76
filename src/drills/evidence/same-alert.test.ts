import { describe, expect, it } from 'vitest'
import { commonLabels, sameAs, sameLabels } from './same-alert.ts'

const alert = { alertname: 'ShopDown', job: 'shop' }

describe('one alert', () => {
  it.each([
    ['has the same labels', alert, true, true],
    ['may have more labels where it is not known which', { ...alert, cluster: 'a' }, false, true],
    ['may have fewer', { alertname: 'ShopDown' }, false, true],
    ['has no other value of a label', { ...alert, job: 'cart' }, false, false],
    ['has no other name', { ...alert, alertname: 'CartDown' }, false, false],
  ])('%s', (_, other, exactly, byCommon) => {
    expect([sameLabels(alert, other), commonLabels(alert, other)]).toEqual([exactly, byCommon])
    expect([sameLabels(other, alert), commonLabels(other, alert)]).toEqual([exactly, byCommon])
  })
})

describe('the alerts that are the same as one', () => {
  it('have all its labels; where none has, those that both have count', () => {
    const other = { labels: { ...alert, instance: 'a' } }
    expect(sameAs(alert, [other, { labels: alert }])).toEqual([{ labels: alert }])
    expect(sameAs(alert, [other, { labels: { ...alert, job: 'cart' } }])).toEqual([other])
  })
})
