import { activeFaults } from './active-faults.ts'
import { alerts } from './alerts.ts'
import type { GateCheck } from './check.ts'
import { deliveries } from './deliveries.ts'
import { endingReplicas } from './ending-replicas.ts'
import { metricsStore } from './metrics-store.ts'
import { openIncidents } from './open-incidents.ts'
import { prometheusAlertmanagers } from './prometheus-alertmanagers.ts'
import { prometheusClock } from './prometheus-clock.ts'
import { prometheusTargets } from './prometheus-targets.ts'
import { responderLimits } from './responder-limits.ts'
import { safety } from './safety.ts'
import { silencedExpectations } from './silenced-expectations.ts'
import { steadyState } from './steady-state.ts'

/** All that the gate looks at, in the order in which it reports findings. */
export const checks: readonly GateCheck[] = [
  steadyState,
  endingReplicas,
  prometheusTargets,
  prometheusClock,
  metricsStore,
  prometheusAlertmanagers,
  alerts,
  silencedExpectations,
  deliveries,
  openIncidents,
  responderLimits,
  activeFaults,
  safety,
]
