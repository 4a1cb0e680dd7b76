import { type ProfileName, profiles } from '../../../stack/profile.ts'
import type { JournalIndex } from '../drills/journal-index.ts'
import type { Router } from '../router.ts'
import type { SituationOptions } from '../situation.ts'
import { AlertStates } from './alert-states.ts'
import { CoverageSource } from './coverage-source.ts'
import { MonitoringLink } from './monitoring-link.ts'
import { ObjectiveStates } from './objective-states.ts'
import { readRunbook } from './runbooks.ts'

/** Alerts, objectives and coverage: what the monitoring of the stack says, and what drills have proven of it. */
export function addMonitoringRoutes(router: Router, options: MonitoringSources): void {
  const { runtime, authorizations, settings, journals, profile } = options
  const link = new MonitoringLink(runtime, authorizations, settings?.metricsStore)
  const coverage = new CoverageSource(link, journals, profile)
  const alerts = new AlertStates(link, () => coverage.proofs())
  const objectives = new ObjectiveStates({
    link,
    objectives: settings?.objectives ?? [],
    scale: (ms) => profiles[profile() as ProfileName]?.scale(ms) ?? ms,
  })
  router.add('alerts', () => alerts.view())
  router.add('alertHistory', ({ query }) => alerts.history(query.rangeMs, Date.now()))
  router.add('alertRule', ({ query }) => alerts.rule(query.rule, query.rangeMs, Date.now()))
  router.add('runbook', async ({ params: { name } }) => ({ name, text: await readRunbook(name) }))
  router.add('objectives', () => objectives.view())
  router.add('objectiveHistory', ({ query }) => objectives.history(query.objective, query.rangeMs, Date.now()))
  router.add('coverage', () => coverage.view())
}

export interface MonitoringSources extends Pick<SituationOptions, 'runtime' | 'authorizations' | 'settings'> {
  journals: JournalIndex
  /** Name of the profile that the stack runs on. */
  profile(): string
}
