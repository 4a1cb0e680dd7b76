import { describe, expect, it } from 'vitest'
import { InvalidFileError } from '../../base/files/file-problem.ts'
import { allRoutes } from '../routing.ts'
import { parseRouting, readLoadedRouting } from './read-routing.ts'

const FILE = `
global: { smtp_from: a@b.test }
route:
  receiver: everybody
  group_by: [alertname]
  group_wait: 10s
  routes:
    - matchers: ['severity="page"', 'team=~"a|b"']
      receiver: pager
      group_wait: 0s
      repeat_interval: 1h
      mute_time_intervals: [weekend]
      continue: true
      routes:
        - match: { team: a, code: 500 }
          match_re: { env: prod.* }
          group_by: [...]
receivers:
  - name: everybody
    slack_configs: [{ channel: '#a', api_url: <secret> }]
    email_configs: [{ to: a@b.test }]
  - name: pager
    pagerduty_configs: [{ routing_key: x }]
time_intervals:
  - name: weekend
    time_intervals: [{ weekdays: ['saturday', 'sunday'], location: Europe/Berlin }]
inhibit_rules:
  - source_match: { severity: page }
    target_matchers: ['severity="ticket"']
    equal: [cluster]
`

const problemsOf = (text: string) => {
  try {
    parseRouting(text, 'am.yml')
    return []
  } catch (error) {
    if (!(error instanceof InvalidFileError)) throw error
    return error.problems.map(({ line, message }) => `${line}: ${message}`)
  }
}

describe('a configuration of Alertmanager', () => {
  it('is read with what routes inherit, and with the places where they stand', () => {
    const [root, pager, inner] = [...allRoutes(parseRouting(FILE, 'am.yml').root)]
    expect(root).toMatchObject({
      receiver: 'everybody',
      groupBy: ['alertname'],
      groupWaitMs: 10_000,
      groupIntervalMs: 300_000,
      repeatIntervalMs: 4 * 3_600_000,
      name: 'the first route',
    })
    expect(pager).toMatchObject({
      receiver: 'pager',
      groupBy: ['alertname'],
      groupWaitMs: 0,
      repeatIntervalMs: 3_600_000,
      continues: true,
      mutedIn: ['weekend'],
      name: '{severity="page", team=~"a|b"}',
      place: { line: 8 },
    })
    // Muted times are those of one route alone.
    expect(inner).toMatchObject({ receiver: 'pager', groupBy: 'all', groupWaitMs: 0, mutedIn: [], continues: false })
    expect(inner?.name).toBe('{severity="page", team=~"a|b", team="a", code="500", env=~"prod.*"}')
  })

  it('is read with its receivers, inhibitions and intervals', () => {
    const { receivers, inhibitions, intervals } = parseRouting(FILE, 'am.yml')
    expect(receivers.get('everybody')?.integrations).toEqual([
      { kind: 'slack' },
      { kind: 'email', written: '{"to":"a@b.test"}' },
    ])
    expect(inhibitions).toMatchObject([
      { source: [{ name: 'severity', value: 'page' }], target: [{ value: 'ticket' }], equal: ['cluster'] },
    ])
    expect(intervals.get('weekend')).toEqual([
      {
        weekdays: [
          { from: 6, to: 6 },
          { from: 0, to: 0 },
        ],
        zone: 'Europe/Berlin',
      },
    ])
  })

  it('has what a label must be as it is written, and nothing as the empty text', () => {
    const text = `route:
  receiver: a
  routes:
    - match: { team: , code: 0500, share: 1.0, size: 1e3, mask: 0x1F }
    - match: &both { team: null, code: 007 }
    - match: { <<: *both, zone: ~ }
receivers: [{ name: a }]
inhibit_rules: [{ source_match: { team: }, target_match_re: { code: 05.. } }]
`
    const { root, inhibitions } = parseRouting(text, 'am.yml')
    expect(root.routes.map(({ name }) => name)).toEqual([
      '{team="", code="0500", share="1.0", size="1e3", mask="0x1F"}',
      '{team="", code="007"}',
      '{zone="", team="", code="007"}',
    ])
    expect(inhibitions).toMatchObject([
      { source: [{ name: 'team', value: '' }], target: [{ name: 'code', value: '05..' }] },
    ])
  })

  it('lists everything that is wrong with it, each with its line', () => {
    expect(
      problemsOf(`route:
  receiver: nobdy
  matchers: [a=b]
  routes:
    - { receiver: nobody, matchers: ["team"], group_wiat: 1s }
    - { group_by: [a, a], group_interval: 0s, repeat_interval: soon }
    - { mute_time_intervals: [weekends], match_re: { a: "(" } }
receivers: [{ name: nobody }, { name: nobody }]
time_intervals:
  - name: weekend
    time_intervals:
      - times: [{ start_time: "22:00", end_time: "06:00" }]
        weekdays: ["friday:monday", "someday"]
        location: Nowhere/Else
`).sort(),
    ).toEqual(
      [
        '12: ends before it begins',
        '13: not a range',
        '13: not a range',
        '2: there is no receiver "nobdy"',
        '2: the first route has matchers: it takes every alert',
        '5: unknown key "group_wiat"',
        '5: not a matcher: team',
        '6: a label is there twice',
        '6: is 0',
        '6: not a duration of Alertmanager',
        '7: there is no time interval "weekends"',
        '7: not a regular expression',
        '8: the receiver nobody is there twice',
        '14: not a time zone',
      ].sort(),
    )
  })

  it.each([
    ['nothing at all', '', ['1: wrong type']],
    ['a list', '[1]', ['1: wrong type']],
    ['no receivers', 'route: { receiver: a }', ['1: "receivers" is missing']],
    ['a text where routes belong', 'route: { receiver: a, routes: x }\nreceivers: [{ name: a }]', ['1: wrong type']],
    [
      'a number where a route belongs',
      'route: { receiver: a, routes: [7] }\nreceivers: [{ name: a }]',
      ['1: wrong type'],
    ],
  ])('is refused with %s', (_, text, problems) => {
    expect(problemsOf(text)).toEqual(problems)
  })

  it('that is loaded may have keys that are not known here', () => {
    const text = 'route: { receiver: a, new_key: 1, group_wait: 1s }\nreceivers: [{ name: a }]'
    expect(readLoadedRouting(text).routing?.root.groupWaitMs).toBe(1_000)
    expect(readLoadedRouting('route: { receiver: a }').why).toBe('line 1: "receivers" is missing')
    expect(readLoadedRouting('{').why).toContain('not YAML')
  })
})
