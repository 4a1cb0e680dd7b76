import type { FaultHost } from '../faults/needs.ts'
import type { AlertRule } from '../probes/prometheus.ts'
import type { Routing } from '../routing/routing.ts'
import type { Profile } from '../stack/profile.ts'
import type { AlertScope } from './evidence/alerts/alert-scope.ts'
import type { Safety } from './safety/safety.ts'

/** What a plan needs to know of a system: read from one that is up, or from how one would be rendered. */
export interface PlanContext {
  profile: Profile
  /** Every alert that a rule defines. */
  alertRules: readonly AlertRule[]
  /** Where Alertmanager sends alerts; missing where that is not known. */
  routing?: Routing | undefined
  /** `quorum`: replicas that must stay healthy, where the system demands that. */
  services: readonly { name: string; maxReplicas: number; quorum?: number }[]
  /** What its runtime and its services can do for faults. */
  faultHost: FaultHost
  /** Whether the clocks are those of a running stack. */
  live: boolean
  /** Which alerts are of the system. Default: all. */
  alertScope?: AlertScope | undefined
  /** Names of all labels that alerts can have besides those of their rules; missing where that is not known. */
  labelNames?: ReadonlySet<string> | undefined
  /** What the system demands of every run on it; missing on a stack of ours. */
  safety?: Safety | undefined
  /** Expressions that Prometheus refuses, and why; missing where they were checked before. */
  refused?: ReadonlyMap<string, string> | undefined
}

/** Why Prometheus would not answer the expression; undefined when it does, or when that is not known. */
export function whyRefused(expression: string, { refused }: Pick<PlanContext, 'refused'>): string | undefined {
  const why = refused?.get(expression)
  return why === undefined ? undefined : `Prometheus refuses the expression: ${why}`
}
