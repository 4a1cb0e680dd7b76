import { describe, expect, it } from 'vitest'
import { profiles } from '../../stack/profile.ts'
import { floorOf } from '../clocks/floor.ts'
import { receiver } from './receiver.ts'
import { held, heldBackBy, type Looks, ROUTING, seen, silencedBy } from './test-routed.ts'

const PAGE = { alertname: 'ShopDown', severity: 'critical' }
const expected = (more: object = {}) => receiver.build({ receiver: 'pager', of: 'ShopDown', within: '5s', ...more })

describe('receiver', () => {
  it.each<[string, number, Looks, number | null, string]>([
    [
      'an alert once the group wait of its route is over',
      2_700,
      [[700, [held(PAGE)]]],
      2_600,
      'routed there; the group wait of its route is 2.00 s',
    ],
    [
      'an alert whose group wait is not over',
      2_500,
      [[700, [held(PAGE)]]],
      null,
      'it is routed there, but not due yet: the group wait of its route is 2.00 s',
    ],
    [
      'an alert that ended before',
      9_000,
      [
        [700, [held(PAGE)]],
        [2_000, []],
      ],
      null,
      'it is routed there, but it ended before a notification was due',
    ],
    [
      'an alert that is held back',
      9_000,
      [[700, [held(PAGE, heldBackBy('Other'))]]],
      null,
      'it is routed there, but it is inhibited by Other',
    ],
    [
      'an alert that is silenced',
      9_000,
      [[700, [held(PAGE, { status: 'suppressed' })]]],
      null,
      'it is routed there, but it is held back by Alertmanager',
    ],
    [
      'an alert that is held back only for a while, before its group wait is over',
      9_000,
      [
        [700, [held(PAGE, heldBackBy('Other'))]],
        [2_000, [held(PAGE)]],
      ],
      2_600,
      'routed there; the group wait of its route is 2.00 s',
    ],
    [
      'an alert that is let through when its group is looked at again',
      400_000,
      [
        [700, [held(PAGE, heldBackBy('Other'))]],
        [3_000, [held(PAGE)]],
      ],
      302_600,
      'routed there; it was held back when the first notification was due',
    ],
    [
      'an alert that is let through, and ends before its group is looked at again',
      400_000,
      [
        [700, [held(PAGE, heldBackBy('Other'))]],
        [3_000, [held(PAGE)]],
        [4_000, []],
      ],
      null,
      'it is routed there, but it is inhibited by Other',
    ],
    [
      'an alert that is silenced after its notification',
      9_000,
      [
        [700, [held(PAGE)]],
        [3_000, [held(PAGE, silencedBy('s-1'))]],
      ],
      2_600,
      'routed there; the group wait of its route is 2.00 s',
    ],
    [
      'an alert of another route',
      9_000,
      [[700, [held({ alertname: 'ShopDown', severity: 'info' })]]],
      null,
      'Alertmanager routes it to chat',
    ],
    [
      'an alert of another name',
      9_000,
      [[700, [held({ ...PAGE, alertname: 'Other' })]]],
      null,
      'no such alert has reached Alertmanager',
    ],
    [
      'an alert from before the injection',
      9_000,
      [[700, [held(PAGE, { startsAtMs: 1 })]]],
      null,
      'no such alert has reached Alertmanager',
    ],
    [
      'what Alertmanager says of its receivers, before what its configuration says',
      9_000,
      [[700, [held(PAGE, { receivers: ['chat'] })]]],
      null,
      'Alertmanager routes it to chat',
    ],
  ])('judges %s', (_, nowMs, looks, atMs, text) => {
    expect(seen(expected(), nowMs, looks)).toMatchObject({ atMs, text })
  })

  it('cannot be judged where a silence is set within the group wait', () => {
    const looks: Looks = [
      [700, [held(PAGE)]],
      [1_500, [held(PAGE, silencedBy('s-1'))]],
    ]
    const text = 'it is routed there, but it is silenced by s-1'
    expect(seen(expected(), 9_000, looks)).toMatchObject({ atMs: null, text, unjudged: true })
  })

  it('names no time interval in which its route notifies nobody as a notification', () => {
    const looks: Looks = [[700, [held({ alertname: 'ShopDown', team: 'web' })]]]
    const observed = seen(expected({ receiver: 'mail' }), 9_000, looks)
    expect(observed).toMatchObject({ atMs: null, text: 'it is routed there, but muted in always' })
    expect(observed.samples).toMatchObject([{ value: 'to mail: muted in always', passes: false }])
  })

  it('is about the alerts that the drill expects where it names none', () => {
    const any = receiver.build({ receiver: 'pager', within: '5s' })
    const down = { alertname: 'ServiceDown', service: 'store', severity: 'critical' }
    expect(seen(any, 9_000, [[700, [held(PAGE)]]]).atMs).toBeNull()
    expect(seen(any, 9_000, [[700, [held(PAGE), held(down)]]]).atMs).toBe(2_600)
  })

  it('takes at least as long as the group wait of its own route', () => {
    const { timing } = profiles.lab
    const rule = { alert: 'ShopDown', expr: 'up == 0', forMs: 0, evaluationMs: 1_000, labels: { severity: 'critical' } }
    const clocks = { timing, alertRules: [rule], routing: ROUTING, floor: floorOf(timing, rule) }
    expect(expected().floor?.(clocks)).toEqual({ minMs: 2_000, meanMs: 2_750, maxMs: 3_500 })
  })

  it.each([
    ['no receiver has its name', { receiver: 'pgaer' }, 'Alertmanager has no receiver pgaer; did you mean pager?'],
    ['the routes lead elsewhere', { receiver: 'chat' }, "Alertmanager's routes send ShopDown to pager"],
    ['no rule defines the alert', { of: 'ShopDwon' }, 'no rule defines the alert ShopDwon; did you mean ShopDown?'],
    ['it can be', {}, undefined],
  ])('is refused before the run where %s', (_, more, why) => {
    const rule = { alert: 'ShopDown', expr: 'up == 0', forMs: 0, evaluationMs: 1_000, labels: { severity: 'critical' } }
    const context = { alertRules: [rule], routing: ROUTING } as unknown as Parameters<
      NonNullable<ReturnType<typeof expected>['whyImpossible']>
    >[0]
    expect(expected(more).whyImpossible?.(context)).toBe(why)
  })
})
