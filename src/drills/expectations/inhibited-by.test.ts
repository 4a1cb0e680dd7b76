import { describe, expect, it } from 'vitest'
import { inhibitedBy } from './inhibited-by.ts'
import { held, heldBackBy, type Looks, ROUTING, seen } from './test-routed.ts'

const SLOW = { alertname: 'Slow', severity: 'info', service: 'shop' }
const expected = (more: object = {}) => inhibitedBy.build({ inhibitedBy: 'Down', of: 'Slow', within: '5s', ...more })

describe('inhibitedBy', () => {
  it.each<[string, Looks, number | null, string]>([
    [
      'an alert that is held back from the first look on',
      [[700, [held(SLOW, heldBackBy('Down'))]]],
      700,
      'the first look at Alertmanager that finds it held back',
    ],
    [
      'one that is held back before its group wait is over',
      [
        [700, [held(SLOW)]],
        [1_500, [held(SLOW, heldBackBy('Down'))]],
      ],
      1_500,
      'the first look at Alertmanager that finds it held back',
    ],
    [
      'one that is held back too late',
      [
        [700, [held(SLOW)]],
        [1_700, [held(SLOW, heldBackBy('Down'))]],
      ],
      null,
      'held back only after its first notification was due',
    ],
    [
      'one that is held back only for a while',
      [
        [700, [held(SLOW, heldBackBy('Down'))]],
        [1_200, [held(SLOW)]],
      ],
      null,
      'held back only for a while: nothing holds it back when a notification is due',
    ],
    [
      'one that another alert holds back at first',
      [
        [700, [held(SLOW, heldBackBy('Other'))]],
        [1_200, [held(SLOW, heldBackBy('Other', 'Down'))]],
      ],
      1_200,
      'the first look at Alertmanager that finds it held back',
    ],
    ['one that another alert holds back', [[700, [held(SLOW, heldBackBy('Other'))]]], null, 'held back by Other'],
    [
      'one that is silenced',
      [[700, [held(SLOW, { status: 'suppressed' })]]],
      null,
      'silenced or muted, and not inhibited',
    ],
    ['one that nothing holds back', [[700, [held(SLOW)]]], null, 'nothing held it back'],
    ['one that never fired', [[700, []]], null, 'Slow has not reached Alertmanager'],
  ])('judges %s', (_, looks, atMs, text) => {
    const observed = seen(expected(), 9_000, looks)
    expect(observed).toMatchObject({ atMs, text })
    expect(observed.samples.every(({ source }) => source.includes('Slow{'))).toBe(true)
  })

  it.each([
    ['no rule of Alertmanager does it', { of: 'Page' }, "no inhibit rule of Alertmanager's lets Down hold back Page"],
    ['no rule defines the alert', { inhibitedBy: 'Dwon' }, 'no rule defines the alert Dwon; did you mean Down?'],
    ['it can be', {}, undefined],
  ])('is refused before the run where %s', (_, more, why) => {
    const rule = (alert: string, severity: string) => ({
      alert,
      expr: 'up == 0',
      forMs: 0,
      evaluationMs: 1_000,
      labels: { severity },
    })
    const alertRules = [rule('Down', 'critical'), rule('Slow', 'info'), rule('Page', 'critical')]
    const context = { alertRules, routing: ROUTING } as unknown as Parameters<
      NonNullable<ReturnType<typeof expected>['whyImpossible']>
    >[0]
    expect(expected(more).whyImpossible?.(context)).toBe(why)
  })
})
