import { describe, expect, it } from 'vitest'
import { readPagerduty } from './pagerduty.ts'

const listed = (...alerts: Record<string, string>[]) =>
  alerts
    .map((labels) => {
      const lines = Object.entries(labels).map(([name, value]) => ` - ${name} = ${value}`)
      return `Labels:\n${lines.join('\n')}\nAnnotations:\n - summary = it is bad\nSource: http://prometheus/graph\n`
    })
    .join('')

const event = (action: string, details: object, more: object = {}) => ({
  routing_key: 'key',
  dedup_key: 'group-1',
  event_action: action,
  payload: { summary: '[FIRING:1] ShopDown', source: 'am', severity: 'error', custom_details: details },
  ...more,
})
const down = { alertname: 'ShopDown', instance: 'shop-1' }

describe('an event of the PagerDuty receiver', () => {
  it('lists the labels of each alert that fires, and of each that has ended', () => {
    const notices = readPagerduty(
      event('trigger', { firing: listed(down), resolved: listed({ ...down, instance: 'shop-2' }) }),
    )
    expect(notices).toMatchObject([
      { form: 'pagerduty', firing: true, alertname: 'ShopDown', labels: down },
      { firing: false, labels: { instance: 'shop-2' } },
    ])
  })

  it('has the same key for the firing and for the end of an alert', () => {
    const [firing] = readPagerduty(event('trigger', { firing: listed(down), resolved: '' }))
    const [ended] = readPagerduty(event('resolve', { firing: '', resolved: listed(down) }))
    expect(ended).toMatchObject({ firing: false, key: firing?.key })
  })

  it.each([
    ['a list', (list: object[]) => list],
    ['the text of a list', (list: object[]) => JSON.stringify(list)],
  ])('is read with its times where its details are JSON: %s', (_, write) => {
    const listedAlert = { labels: down, startsAt: '2026-01-01T00:00:00.5Z', annotations: {}, fingerprint: 'f' }
    const fires = { ...listedAlert, status: 'firing', endsAt: '0001-01-01T00:00:00Z' }
    const ended = { ...listedAlert, status: 'resolved', endsAt: '2026-01-01T00:05:00Z' }
    const startsAtMs = Date.parse('2026-01-01T00:00:00.5Z')
    const [firing] = readPagerduty(event('trigger', { firing: write([fires]), resolved: write([]) }))
    expect(firing).toEqual({
      form: 'pagerduty',
      key: firing?.key,
      firing: true,
      alertname: 'ShopDown',
      labels: down,
      startsAtMs,
    })
    const endsAtMs = Date.parse('2026-01-01T00:05:00Z')
    expect(readPagerduty(event('resolve', { firing: write([]), resolved: write([ended]) }))).toMatchObject([
      { key: firing?.key, firing: false, labels: down, startsAtMs, endsAtMs },
    ])
  })

  it.each([[[null, 7, {}, { labels: 7 }, { labels: { n: 7 } }, { labels: down, startsAt: 'once' }]], ['[{"labels"']])(
    'takes of a list only what is an alert: %j',
    (firing) => {
      const notices = readPagerduty(event('trigger', { firing }))
      expect(notices).toHaveLength(1)
      expect(notices[0]?.startsAtMs).toBeUndefined()
      expect(notices[0]?.labels).toEqual(Array.isArray(firing) ? down : undefined)
    },
  )

  it('has keys and labels of bounded length', () => {
    const long = 'x'.repeat(100_000)
    const [notice] = readPagerduty(event('trigger', { firing: listed({ ...down, long }) }, { dedup_key: long }))
    expect(notice?.labels).toMatchObject(down)
    expect(JSON.stringify(notice).length).toBeLessThan(20_000)
  })

  it('keeps its texts where its details are of another form', () => {
    const [notice] = readPagerduty(event('trigger', { what: 'the shop is down' }))
    expect(notice).toMatchObject({ firing: true, text: '[FIRING:1] ShopDown\nthe shop is down' })
    expect(notice?.labels).toBeUndefined()
  })

  it('is read in version 1 of the Events API, too', () => {
    const body = {
      service_key: 'k',
      incident_key: 'g',
      event_type: 'trigger',
      description: 'x',
      details: { firing: listed(down) },
    }
    expect(readPagerduty(body)).toMatchObject([{ firing: true, alertname: 'ShopDown' }])
  })

  it.each([null, 7, {}, { event_action: 'acknowledge' }, { event_action: 7 }])(
    'of another form is about nothing: %j',
    (body) => {
      expect(readPagerduty(body)).toEqual([])
    },
  )
})
