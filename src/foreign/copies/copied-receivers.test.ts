import { describe, expect, it } from 'vitest'
import { copiedReceivers } from './copied-receivers.ts'
import { copyLines } from './copy-lines.ts'

const URL = 'http://127.0.0.1:9199'
const CONFIG = `
route:
  receiver: default
  routes:
    - { receiver: pager, matchers: [severity = critical], routes: [{ receiver: team, matchers: [team = shop] }] }
    - { receiver: "null", matchers: [alertname = Watchdog] }
receivers:
  - { name: default, slack_configs: [{ api_url: <secret>, channel: a }] }
  - { name: pager, pagerduty_configs: [{ url: https://events.pagerduty.com/v2/enqueue }], webhook_configs: [{ url: ${URL}/alertmanager }] }
  - { name: team, email_configs: [{ to: a@example.test }] }
  - { name: unused, email_configs: [{ to: a@example.test }] }
  - { name: "null" }
`

describe('the receivers of an Alertmanager', () => {
  it('are read from its configuration: those that notify, those that copy, and those that do not show it', () => {
    expect(copiedReceivers(CONFIG, URL)).toEqual({
      root: 'default',
      notifying: ['default', 'pager', 'team'],
      own: [],
      copied: ['pager'],
      hidden: ['default'],
      routed: false,
    })
  })

  it.each([
    ['is one for all when it has no matchers and lets others follow', '{ receiver: firedrill, continue: true }', true],
    ['takes the alert away when nothing follows it', '{ receiver: firedrill }', false],
    ['is not one for all when it has a matcher', '{ receiver: firedrill, continue: true, matchers: [a = b] }', false],
    ['is not ours when its receiver notifies others, too', '{ receiver: pager, continue: true }', false],
  ])('have a route that %s', (_, route, routed) => {
    const config = CONFIG.replace('  routes:\n', `  routes:\n    - ${route}\n`).replace(
      'receivers:\n',
      `receivers:\n  - { name: firedrill, webhook_configs: [{ url: ${URL}/alertmanager }] }\n`,
    )
    const copies = copiedReceivers(config, URL)
    expect(copies.routed).toBe(routed)
    expect(copies.notifying).not.toContain('firedrill')
  })

  it('do not count an address that only begins alike', () => {
    expect(copiedReceivers(CONFIG, 'http://127.0.0.1:919').copied).toEqual([])
  })

  it.each(['', 'route: 7', 'receivers: [7, {}]', '{', 'route: { routes: 7 }'])('are empty in %j', (config) => {
    expect(copiedReceivers(config, URL).notifying).toEqual([])
  })
})

describe('the lines that add a copy', () => {
  it('name the receivers that lack one, and never the token', () => {
    const lines = copyLines(copiedReceivers(CONFIG, URL), { url: URL, tokenFrom: 'RECEIVER_TOKEN' }).join('\n')
    expect(lines).toContain('default, team')
    expect(lines).toContain(`- url: ${URL}/alertmanager`)
    expect(lines).toContain('continue: true')
    expect(lines).toContain('the value of RECEIVER_TOKEN')
  })
})
