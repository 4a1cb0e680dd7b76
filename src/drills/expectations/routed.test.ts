import { describe, expect, it } from 'vitest'
import { type AlertSettings, readAlertScope } from '../evidence/alerts/alert-scope.ts'
import { inhibitedBy } from './inhibited-by.ts'
import { notReceivedBy } from './not-received-by.ts'
import { receiver } from './receiver.ts'
import { heldIn } from './routed.ts'
import { factsOf, held, heldBackBy, seenIn } from './test-routed.ts'

const OURS = { alertname: 'ShopDown', severity: 'critical', team: 'shop' }
const THEIRS = { ...OURS, team: 'cart' }
const SUMMED = { alertname: 'ShopDown', severity: 'critical' }
const ofShop: AlertSettings = { scope: { team: 'shop' }, ignore: [] }

describe('the alerts of a run at Alertmanager', () => {
  it.each<[string, AlertSettings, { alert?: string }, Record<string, string>[]]>([
    ['those of the system', ofShop, {}, [OURS]],
    [
      'of those that are named also the ones that lack a label of the scope',
      ofShop,
      { alert: 'ShopDown' },
      [OURS, SUMMED],
    ],
    ['none that is ignored', { scope: {}, ignore: ['ShopDown{team="cart"}'] }, {}, [OURS, SUMMED]],
  ])('are %s', (_, alerts, wanted, expected) => {
    const facts = { ...factsOf(9_000, [[700, [OURS, THEIRS, SUMMED].map((labels) => held(labels))]]) }
    const found = heldIn({ ...facts, alertScope: readAlertScope(alerts) }, [{ ...wanted, labels: {} }])
    expect(found.map(({ labels }) => labels)).toEqual(expected)
  })

  it('decide no expectation where they are of another system', () => {
    const alertScope = readAlertScope(ofShop)
    const facts = { ...factsOf(9_000, [[700, [held(THEIRS)]]]), alertScope }
    const paged = receiver.build({ receiver: 'pager', of: 'ShopDown', within: '5s' })
    expect(seenIn(facts, paged).text).toBe('no such alert has reached Alertmanager')
    expect(seenIn(facts, notReceivedBy.build({ notReceivedBy: 'pager' })).met).toBe(true)
    const inhibited = inhibitedBy.build({ inhibitedBy: 'Down', of: 'ShopDown', within: '5s' })
    const heldBack = { ...factsOf(9_000, [[700, [held(THEIRS, heldBackBy('Down'))]]]), alertScope }
    expect(seenIn(heldBack, inhibited).text).toBe('ShopDown has not reached Alertmanager')
  })
})
