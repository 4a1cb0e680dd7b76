import { Alertmanager } from '../../probes/alertmanager.ts'
import { type AlertRule, Prometheus } from '../../probes/prometheus.ts'
import type { Routing } from '../../routing/routing.ts'
import { measuredProfile, type Profile, profiles } from '../../stack/profile.ts'
import { drillFloor } from '../drill-floor.ts'
import { drillErrors } from '../errors.ts'
import { type AlertScope, readAlertScope } from '../evidence/alerts/alert-scope.ts'
import type { Drill } from '../file/drill.ts'
import { type MethodStep, servicesOf, targetOf } from '../file/method-step.ts'
import type { Floor } from '../journal/schema/floor.ts'
import { readLoadedRoutes } from '../loaded-routing.ts'
import type { SystemDescription, SystemUnderDrill } from '../system.ts'
import type { Configs } from '../watch/config-watch.ts'
import { STEADY_POLL_MS } from '../watch/poll-intervals.ts'
import { originsOf, type SteadyCheck, steadyChecks } from '../watch/steady-checks.ts'
import { within } from '../within.ts'

/** What a run knows before its gate. */

const ASK_MS = 5_000

/** What a run knows as soon as the stack has described itself. */
export interface RunContext {
  drill: Drill
  description: SystemDescription
  profile: Profile
  system: SystemUnderDrill
  prometheus: Prometheus
  alertmanager: Alertmanager
  checks: SteadyCheck[]
  /** Of the rules that Prometheus has; none when it cannot be asked, which is a finding of the gate. */
  alertRules: readonly AlertRule[]
  /** Which alerts are of the system. */
  alertScope: AlertScope
  /** Where Alertmanager sends alerts; missing when it cannot be asked, or its configuration not be read. */
  routing?: Routing | undefined
  /** The configurations that are loaded, one for each replica; `undefined` where it is not shown. */
  configs: { prometheus: Configs; alertmanager: Configs }
  /** Of the first alert that is expected. */
  floor: Floor
  /** How long the steady state must last to be called back: every service has been scraped once more by then. */
  stableMs: number
}

/** @throws FD_DRILL_STACK when the stack lacks what the drill names, FD_DRILL_TIMEOUT when it does not answer. */
export async function readRunContext(drill: Drill, system: SystemUnderDrill, signal: AbortSignal): Promise<RunContext> {
  const description = await within(system.describe(), { what: 'the description of the stack', boundMs: ASK_MS, signal })
  const profile = profileOf(description)
  if (profile === undefined) {
    throw drillErrors.error('FD_DRILL_STACK', {
      message: `the stack runs on an unknown profile "${description.profile}"`,
      expected: `one of ${Object.keys(profiles).join(', ')}`,
    })
  }
  for (const step of drill.method) checkStep(description, step)
  const { endpoints, access } = description
  const prometheus = new Prometheus(endpoints.prometheus, access?.prometheus)
  const { timing } = profile
  const alertmanager = new Alertmanager(endpoints.alertmanager, access?.alertmanager)
  const bounded = { timeoutMs: ASK_MS, signal }
  const [alertRules, prometheusConfigs, { config: alertmanagerConfig, routing }] = await Promise.all([
    prometheus.alertRules(bounded).catch(() => []),
    prometheus.ruleConfigs(bounded).catch(() => []),
    readLoadedRoutes(alertmanager, bounded),
  ])
  return {
    drill,
    description,
    profile,
    system,
    prometheus,
    alertmanager,
    checks: steadyChecks(drill, description, prometheus),
    alertRules,
    alertScope: readAlertScope(description.alerts),
    routing,
    configs: { prometheus: prometheusConfigs.map((config) => config?.yaml), alertmanager: [alertmanagerConfig] },
    floor: drillFloor(drill, { timing, alertRules, routing }),
    stableMs: timing.scrapeMs + 2 * STEADY_POLL_MS,
  }
}

function profileOf({ profile, timing }: SystemDescription): Profile | undefined {
  if (timing === undefined) return Object.values<Profile>(profiles).find(({ name }) => name === profile)
  return measuredProfile(timing)
}

function checkStep(description: SystemDescription, step: MethodStep): void {
  const target = targetOf(step)
  for (const service of servicesOf(step)) {
    const replicas = originsOf(description, service).map((one) => one.replica)
    if (target?.replica === undefined || replicas.includes(target.replica)) continue
    throw drillErrors.error('FD_DRILL_STACK', {
      message: `the service "${service}" has no replica "${target.replica}"`,
      expected: `one of ${replicas.join(', ')}`,
    })
  }
}
