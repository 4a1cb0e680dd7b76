import { describe, expect, it } from 'vitest'
import { readDelivery, readDeliveryText } from './webhook.ts'

const NOW = 1_000
const alert = (more: object = {}) => ({
  status: 'firing',
  labels: { alertname: 'ServiceDown', service: 'store' },
  annotations: { summary: 'store is down: "},{"status":"firing" and }],"groupLabels":' },
  startsAt: '2026-01-01T00:00:00.000Z',
  endsAt: '0001-01-01T00:00:00Z',
  fingerprint: '0',
  ...more,
})
/** As Alertmanager writes it. */
const text = (...alerts: object[]) =>
  JSON.stringify({
    receiver: 'r',
    status: 'firing',
    alerts,
    groupLabels: {},
    version: '4',
    groupKey: 'g',
    truncatedAlerts: 2,
  })

describe('readDeliveryText', () => {
  const second = alert({ labels: { alertname: 'Ü "quoted" },{"status":"x' } })
  const third = alert({ status: 'resolved', endsAt: '2026-01-01T00:01:00Z' })

  it.each([
    ['one alert', text(alert())],
    ['several, with texts that look like the end of one', text(alert(), second, third)],
    ['one with spaces', JSON.stringify(JSON.parse(text(alert(), second)), null, 2)],
    ['one whose fields are in another order', JSON.stringify({ groupLabels: {}, alerts: [alert(), second] })],
    ['one with a delivery inside', JSON.stringify({ inner: JSON.parse(text(alert())), ...JSON.parse(text(second)) })],
  ])('reads %s as a parser would, the first time and again', (_what, given) => {
    const expected = readDelivery(JSON.parse(given), NOW)
    expect(readDeliveryText(given, NOW)).toEqual(expected)
    expect(readDeliveryText(given, NOW)).toEqual(expected)
  })

  it('distinguishes a delivery by hand from one of Alertmanager, and knows how much was left out', () => {
    expect(readDeliveryText(text(alert()), NOW)).toMatchObject({ byHand: false, truncated: 2 })
    expect(readDeliveryText('{"alerts":[{"labels":{}}]}', NOW)).toMatchObject({ byHand: true, truncated: 0 })
  })

  it('takes an alert without a start for a new one each time', () => {
    const { startsAt, ...rest } = alert()
    const [one, other] = [1_000, 2_000].map((nowMs) => readDeliveryText(text(rest), nowMs).alerts[0])
    expect([one?.startsAtMs, other?.startsAtMs]).toEqual([1_000, 2_000])
    expect(one?.incident).not.toBe(other?.incident)
  })

  it('says which alert of several is wrong', () => {
    const wrong = text(alert(), alert({ startsAt: 'noon' }), alert({ labels: { a: 1 } }))
    expect(readDeliveryText(wrong, NOW)).toMatchObject({
      alerts: [{ name: 'ServiceDown' }],
      refused: {
        unreadable: 2,
        problems: [
          '/body/alerts/1/startsAt must be a time as in RFC 3339 ("ServiceDown")',
          '/body/alerts/2/labels/a must be string',
        ],
      },
    })
  })

  it('distinguishes alerts by labels and start, in any order and with any fingerprint', () => {
    const ids = (...alerts: object[]) => readDeliveryText(text(...alerts), NOW).alerts.map((one) => one.incident)
    const [one, turned, later] = ids(
      alert(),
      alert({ labels: { service: 'store', alertname: 'ServiceDown' }, fingerprint: '1' }),
      alert({ startsAt: '2026-01-01T00:00:00.001Z' }),
    )
    expect(turned).toBe(one)
    expect(later).not.toBe(one)
  })
})
