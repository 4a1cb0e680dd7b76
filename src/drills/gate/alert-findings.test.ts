import { describe, expect, it } from 'vitest'
import { profiles } from '../../stack/profile.ts'
import { readAlertScope } from '../evidence/alerts/alert-scope.ts'
import type { Environment } from '../journal/schema/safety.ts'
import { alertFindings } from './alert-findings.ts'
import type { GateContext } from './checks/check.ts'

/** What an alert outside the scope means for the gate of a system of that environment. */
function findings(environment: Environment, labels: Record<string, string>, ignore: readonly string[] = []) {
  const context = {
    drill: { expectations: [] },
    alertRules: [],
    profile: profiles.lab,
    alertScope: readAlertScope({ scope: { team: 'shop' }, ignore }),
    description: { safety: { environment, abortWhen: [], onlyIf: [] } },
  } as unknown as GateContext
  return alertFindings({ labels }, `alert ${labels.alertname} is firing`, context)
}

const DOWN = { alertname: 'CartDown', team: 'cart', severity: 'critical' }

describe('an alert outside the scope of a system', () => {
  it.each(['lab', 'staging'] as const)('does not concern a run in %s', (environment) => {
    expect(findings(environment, DOWN)).toMatchObject([{ tolerated: true }])
  })

  it('keeps the gate of production shut: others have an incident', () => {
    const found = findings('production', DOWN)
    expect(found).toHaveLength(1)
    expect(found[0]?.tolerated).toBeUndefined()
    expect(found[0]?.text).toContain('an incident of others')
  })

  it('does not concern production when it is of a lesser severity, or named by alerts.ignore', () => {
    expect(findings('production', { ...DOWN, severity: 'warning' })).toMatchObject([{ tolerated: true }])
    expect(findings('production', DOWN, ['CartDown'])).toMatchObject([{ tolerated: true }])
  })
})
