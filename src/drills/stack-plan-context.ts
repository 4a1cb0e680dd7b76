import type { FaultHost } from '../faults/needs.ts'
import { Alertmanager } from '../probes/alertmanager.ts'
import { readLabelNames } from '../probes/label-names.ts'
import { Prometheus } from '../probes/prometheus.ts'
import { type ProfileName, profiles } from '../stack/profile.ts'
import { loadedRouting } from './loaded-routing.ts'
import type { PlanContext } from './plan-context.ts'
import type { SystemDescription } from './system.ts'

/** What a plan needs to know of a stack of ours that is up. @throws FD_PROBE_UNREACHABLE, FD_PROBE_ANSWER */
export async function stackPlanContext({
  endpoints,
  access,
  services,
  profile,
}: Pick<SystemDescription, 'endpoints' | 'access' | 'services' | 'profile'>): Promise<PlanContext> {
  const prometheus = new Prometheus(endpoints.prometheus, access?.prometheus)
  const alertmanager = new Alertmanager(endpoints.alertmanager, access?.alertmanager)
  const [alertRules, labelNames, routing] = await Promise.all([
    prometheus.alertRules({ timeoutMs: ASK_MS }),
    readLabelNames(prometheus, { timeoutMs: ASK_MS }),
    loadedRouting(alertmanager, { timeoutMs: ASK_MS }),
  ])
  return {
    profile: profiles[profile as ProfileName],
    alertRules,
    routing,
    labelNames,
    services: services.map(({ name, maxReplicas }) => ({ name, maxReplicas })),
    faultHost: ownFaultHost(services),
    live: true,
  }
}

/** Every runtime of ours meets all needs of faults; control refuses what a runtime cannot do. */
export function ownFaultHost(services: readonly { name: string; takesFaults?: boolean }[]): FaultHost {
  return {
    inside: services.flatMap(({ name, takesFaults }) => (takesFaults === true ? [name] : [])),
    rules: ['prometheus'],
  }
}

const ASK_MS = 5_000
