import { describe, expect, it } from 'vitest'
import { readSlack } from './slack.ts'

const message = (title: string, color: string, more: object = {}) => ({
  channel: '#on-call',
  username: 'Alertmanager',
  attachments: [
    {
      title,
      title_link: 'http://am/#/alerts?receiver=slack',
      text: '',
      fallback: `${title} | http://am`,
      color,
      ...more,
    },
  ],
})

describe('a message of the Slack receiver', () => {
  it('of a group that fires, and the one that it has ended, are about the same', () => {
    const [firing] = readSlack(message('[FIRING:1] ShopDown (shop critical)', 'danger'))
    const [ended] = readSlack(message('[RESOLVED] ShopDown (shop critical)', 'good'))
    expect(firing).toMatchObject({ form: 'slack', firing: true })
    expect(firing?.text).toContain('ShopDown')
    expect(ended).toMatchObject({ firing: false, key: firing?.key })
  })

  it('is about another alert when its title is another', () => {
    const [one] = readSlack(message('[FIRING:1] ShopDown', 'danger'))
    const [other] = readSlack(message('[FIRING:1] ShopFails', 'danger'))
    expect(one?.key).not.toBe(other?.key)
  })

  it.each([
    ['HostDiskWillFillIn24Hours', 'HostDiskWillFillIn4Hours'],
    ['ShopDown (shop-1)', 'ShopDown (shop-2)'],
  ])('is about another alert when only a number differs: %s', (first, second) => {
    const [one] = readSlack(message(`[FIRING:1] ${first}`, 'danger'))
    const [other] = readSlack(message(`[FIRING:1] ${second}`, 'danger'))
    expect(one?.key).not.toBe(other?.key)
  })

  it('is about the same alert when only the number of its alerts differs', () => {
    const [one] = readSlack(message('[FIRING:1] ShopDown', 'danger'))
    const [more] = readSlack(message('[FIRING:12] ShopDown', 'danger'))
    expect(more?.key).toBe(one?.key)
  })

  it('of a template of its own is read by its colour', () => {
    expect(readSlack(message('ShopDown: page the shop team', 'danger'))[0]?.firing).toBe(true)
    expect(readSlack(message('ShopDown: page the shop team', 'good'))[0]?.firing).toBe(false)
  })

  it.each([
    ['[FIRING:1] ShopDown', 'danger', 'It is resolved by a restart.', true],
    ['[FIRING:1] A name cannot be resolved', 'danger', '', true],
    ['[RESOLVED] ShopDown', 'good', 'It was firing for 5 m.', false],
    ['A name cannot be resolved', 'danger', '', true],
    ['ShopDown is resolved', '#888888', '', false],
    ['ShopDown', '#888888', 'Status: resolved', false],
    ['ShopDown', '#888888', '', true],
  ])('fires by its title, then its colour, then its text: %s, %s, "%s"', (title, color, text, firing) => {
    expect(readSlack(message(title, color, { text }))[0]?.firing).toBe(firing)
  })

  it('has the text of every part, within bounds', () => {
    const [notice] = readSlack({
      text: 'ShopDown',
      attachments: Array.from({ length: 500 }, () => ({ text: 'x'.repeat(500) })),
    })
    expect(notice?.text?.startsWith('ShopDown')).toBe(true)
    expect(notice?.text?.length).toBeLessThan(5_000)
  })

  it.each([null, 7, [], {}, { attachments: 'none' }, { attachments: [null, 7] }, { text: 7 }])(
    'of another form is about nothing: %j',
    (body) => {
      expect(readSlack(body)).toEqual([])
    },
  )
})
