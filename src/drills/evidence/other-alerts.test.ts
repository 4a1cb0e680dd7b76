import { describe, expect, it } from 'vitest'
import type { HeldAlert, Suppression } from '../../probes/alertmanager.ts'
import { profiles } from '../../stack/profile.ts'
import { noOtherAlert } from '../expectations/no-other-alert.ts'
import type { Facts } from '../judge/facts.ts'
import { DOWN, factsAt, incidentAt, ZERO_MS } from '../judge/test-facts.ts'
import { readAlertScope } from './alerts/alert-scope.ts'
import { otherAlerts } from './other-alerts.ts'

const ODD = { alertname: 'Odd', service: 'store' }

function factsWith(
  labels: Record<string, string>,
  statuses: HeldAlert['status'][],
  except: string[] = [],
  sinceZeroMs = 400,
): Facts {
  const facts = factsAt(10_000)
  const activeAtMs = ZERO_MS + sinceZeroMs
  facts.observations.addRuleAlerts([{ labels, state: 'firing', activeAtMs }], activeAtMs + 60)
  for (const [index, status] of statuses.entries()) {
    const held = { labels, startsAtMs: activeAtMs, updatedAtMs: activeAtMs + 1, status }
    facts.observations.addHeldAlerts([held], activeAtMs + 60 + 1_000 * index)
  }
  const others = facts.drill.expectations.filter(({ kind }) => kind !== 'noOtherAlert')
  const own = noOtherAlert.build({ noOtherAlert: { except } })
  return { ...facts, drill: { ...facts.drill, expectations: [...others, own] } }
}

function fateOf(facts: Facts): string[] {
  return Object.entries(otherAlerts(facts)).flatMap(([fate, alerts]) => alerts.map(() => fate))
}

describe('otherAlerts', () => {
  it.each<[string, Facts, string]>([
    ['one that Alertmanager let through is unexpected', factsWith(ODD, ['active']), 'unexpected'],
    ['one that Alertmanager never showed is unexpected', factsWith(ODD, []), 'unexpected'],
    ['one that was held back all the time is inhibited', factsWith(ODD, ['suppressed', 'suppressed']), 'inhibited'],
    ['one that was let through in the end is unexpected', factsWith(ODD, ['suppressed', 'active']), 'unexpected'],
    ['one that was let through at first is unexpected', factsWith(ODD, ['active', 'suppressed']), 'unexpected'],
    [
      'one that has not been judged yet at first is inhibited',
      factsWith(ODD, ['unprocessed', 'suppressed']),
      'inhibited',
    ],
    ['one that the drill names is excepted', factsWith(ODD, ['active'], ['Odd']), 'excepted'],
    ['one of the machine says that it is busy', factsWith({ ...ODD, service: 'host' }, ['active']), 'machine'],
    [
      'one of the machine that the drill names is excepted',
      factsWith({ ...ODD, service: 'host' }, [], ['Odd']),
      'excepted',
    ],
  ])('%s', (_, facts, fate) => {
    expect(fateOf(facts)).toEqual([fate])
  })

  it('an alert on a budget that the drill names follows from the fault only when it came after it', () => {
    const labels = { ...ODD, sloth_id: 'store-availability', sloth_severity: 'page' }
    expect(fateOf(factsWith(labels, ['active'], ['Odd']))).toEqual(['excepted'])
    expect(fateOf(factsWith(labels, ['active'], ['Odd'], -2_700))).toEqual(['carried'])
  })

  it('an alert that reached the responder paged, even if Alertmanager showed it as suppressed', () => {
    const facts = factsWith(ODD, ['suppressed'])
    facts.observations.incidents = [incidentAt(0, { alertname: 'Odd', labels: ODD, startsAtMs: ZERO_MS + 400 })]
    expect(fateOf(facts)).toEqual(['unexpected'])
  })

  it('an inhibited alert of the run before says nothing of this one', () => {
    const facts = factsWith(ODD, [])
    facts.observations.addHeldAlerts([
      { labels: ODD, startsAtMs: ZERO_MS - 60_000, updatedAtMs: ZERO_MS, status: 'suppressed' },
    ])
    expect(fateOf(facts)).toEqual(['unexpected'])
  })

  it('an alert on a budget that was burnt before is carried over, of that severity only', () => {
    const labels = { ...ODD, sloth_id: 'store-availability', sloth_severity: 'page' }
    const burnt = (...over: string[]) => ({ ...factsWith(labels, ['active']), burntBefore: { over: new Set(over) } })
    expect(fateOf(burnt('store-availability/page'))).toEqual(['carried'])
    expect(fateOf(burnt('store-availability/ticket'))).toEqual(['unexpected'])
  })

  it('one that fires again is one alert, and says how often', () => {
    const facts = factsWith(ODD, ['active'])
    for (const ms of [3_000, 5_000]) {
      facts.observations.addRuleAlerts([{ labels: ODD, state: 'firing', activeAtMs: ZERO_MS + ms }], ZERO_MS + ms + 60)
    }
    expect(otherAlerts(facts).unexpected).toMatchObject([{ activeAtMs: ZERO_MS + 400, times: 3 }])
  })

  it.each<[string, Partial<Facts>, string, string]>([
    [
      'one that is ignored',
      { alertScope: readAlertScope({ scope: {}, ignore: ['Odd{service="store"}'] }) },
      'ignored',
      'ignored: alerts.ignore has Odd{service="store"}',
    ],
    [
      'one that is out of scope',
      { alertScope: readAlertScope({ scope: { team: 'shop' }, ignore: [] }) },
      'ignored',
      'out of scope: alerts.scope is {team="shop"}',
    ],
    [
      'one that fired before, and was held back',
      { alertsBefore: { silences: [], heldBack: [{ labels: ODD, activeAtMs: ZERO_MS + 400 }] } },
      'inhibited',
      'fired before the run, and was held back by Alertmanager then',
    ],
    [
      'one that was held back, and fired again without that',
      { alertsBefore: { silences: [], heldBack: [{ labels: ODD, activeAtMs: ZERO_MS - 9_000 }] } },
      'unjudged',
      'held back by Alertmanager before the run, and let through in it',
    ],
  ])('%s is no deviation, and says why', (_, more, fate, why) => {
    const facts = { ...factsWith(ODD, ['active']), ...more }
    expect(fateOf(facts)).toEqual([fate])
    expect(Object.values(otherAlerts(facts)).flat()).toMatchObject([{ why }])
  })

  it('one that the drill expects cannot be ignored by its scope for a label that it lacks', () => {
    const facts = factsWith(DOWN, ['active'])
    const alertScope = readAlertScope({ scope: { team: 'shop' }, ignore: [] })
    expect(fateOf({ ...facts, alertScope })).toEqual([])
  })

  it.each([
    ['set in the middle of the run', [], 'unjudged'],
    ['there before', [{ id: 's-1', comment: 'deploy', createdBy: 'alice', endsAtMs: 0, matchers: [] }], 'inhibited'],
  ])('a silence that was %s decides whether the run judges what it holds back', (_, silences, fate) => {
    const facts = factsWith(ODD, [])
    const suppression = { silencedBy: ['s-1'], inhibitedBy: [], mutedBy: [] }
    const times = { startsAtMs: ZERO_MS + 400, updatedAtMs: ZERO_MS + 401 }
    facts.observations.addHeldAlerts([{ labels: ODD, ...times, status: 'suppressed', suppression }])
    expect(fateOf({ ...facts, alertsBefore: { silences, heldBack: [] } })).toEqual([fate])
  })

  it.each<[string, Suppression, string]>([
    ['another alert', { silencedBy: [], inhibitedBy: [{ alertname: 'Down' }], mutedBy: [] }, 'inhibited'],
    ['a new silence', { silencedBy: ['s-1'], inhibitedBy: [], mutedBy: [] }, 'unjudged'],
  ])('one that %s holds back before its group wait is over has notified nobody', (_, suppression, fate) => {
    const facts = { ...factsWith(ODD, ['active']), timing: profiles.teaching.timing }
    const times = { startsAtMs: ZERO_MS + 400, updatedAtMs: ZERO_MS + 401 }
    facts.observations.addHeldAlerts([{ labels: ODD, ...times, status: 'suppressed', suppression }], ZERO_MS + 2_000)
    expect(fateOf(facts)).toEqual([fate])
  })

  it('what pages nobody is not there at all', () => {
    expect(fateOf(factsWith({ ...ODD, severity: 'none' }, ['active']))).toEqual([])
  })
})
