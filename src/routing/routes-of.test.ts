import { describe, expect, it } from 'vitest'
import { atLeast, exactLabels, withValues } from './possible-labels.ts'
import { routesOf } from './routes-of.ts'
import { routingOf } from './test-routing.ts'

const TREE = routingOf(`
route:
  receiver: default
  routes:
    - { receiver: audit, matchers: ['team=~".+"'], continue: true }
    - receiver: shop
      matchers: ['team="shop"']
      routes:
        - { receiver: shop-pager, matchers: ['severity="critical"'] }
        - { receiver: shop-chat, matchers: ['severity=~"warning|info"'], continue: true }
        - { receiver: shop-mail, matchers: ['severity="warning"'] }
    - { receiver: web, matchers: ['team="web"', 'severity="critical"'] }
    - { receiver: rest, matchers: ['team!=""'] }
`)
const exactly = (labels: Record<string, string>) =>
  routesOf(TREE.root, exactLabels(labels)).map(({ route }) => route.receiver)
const possibly = (labels: Parameters<typeof routesOf>[1]) =>
  routesOf(TREE.root, labels).map(({ route, certain }) => `${route.receiver}${certain ? '' : '?'}`)

describe('the routes of an alert', () => {
  it.each([
    ['that no route takes', {}, ['default']],
    [
      'in the order of the tree, past one that continues',
      { team: 'shop', severity: 'critical' },
      ['audit', 'shop-pager'],
    ],
    ['that continue within a route', { team: 'shop', severity: 'warning' }, ['audit', 'shop-chat', 'shop-mail']],
    ['that only the outer route takes', { team: 'shop', severity: 'none' }, ['audit', 'shop']],
    ['that fits all matchers of one', { team: 'web', severity: 'critical' }, ['audit', 'web']],
    ['that fits one matcher of two', { team: 'web', severity: 'info' }, ['audit', 'rest']],
  ])('are those of Alertmanager: an alert %s', (_, labels, receivers) => {
    expect(exactly(labels as Record<string, string>)).toEqual(receivers)
  })

  it.each([
    [
      'nothing is known',
      atLeast({}),
      ['audit?', 'shop-pager?', 'shop-chat?', 'shop-mail?', 'shop?', 'web?', 'rest?', 'default?'],
    ],
    ['the team is known', atLeast({ team: 'web' }), ['audit', 'web?', 'rest?']],
    [
      'the severity is known',
      atLeast({ severity: 'warning' }),
      ['audit?', 'shop-chat?', 'shop-mail?', 'rest?', 'default?'],
    ],
    [
      'one of two teams is known',
      withValues(atLeast({ severity: 'critical' }), 'team', { only: ['shop', 'web'] }),
      ['audit', 'shop-pager?', 'web?'],
    ],
    [
      'there is a team of unknown name',
      withValues(exactLabels({ severity: 'none' }), 'team', { present: true }),
      ['audit', 'shop?', 'rest?'],
    ],
  ])('are all that are possible where %s', (_, labels, receivers) => {
    expect(possibly(labels)).toEqual(receivers)
  })
})
