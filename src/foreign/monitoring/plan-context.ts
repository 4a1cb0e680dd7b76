import { defined } from '../../base/defined.ts'
import { FiredrillError } from '../../base/errors.ts'
import { readAlertScope } from '../../drills/evidence/alerts/alert-scope.ts'
import { type Drill, expressionsOf } from '../../drills/file/drill.ts'
import { loadedRouting } from '../../drills/loaded-routing.ts'
import type { PlanContext } from '../../drills/plan-context.ts'
import { readLabelNames } from '../../probes/label-names.ts'
import { Prometheus } from '../../probes/prometheus.ts'
import { measuredProfile } from '../../stack/profile.ts'
import { faultHostOf } from '../file/foreign-names.ts'
import type { ForeignSystem } from '../file/foreign-system.ts'
import { MOST_REPLICAS } from '../kubernetes/workload-replicas.ts'
import { openMonitoring } from './monitoring.ts'
import { readClocks } from './read-clocks.ts'

/** What a plan needs to know of a foreign system. */

const ASK_MS = 5_000

/**
 * What a plan of these drills needs of a system that is not Firedrill's own: its live clocks and rules, and what its Prometheus says
 * of their expressions. Nothing is changed.
 */
export async function planContextOf(
  system: ForeignSystem,
  drills: readonly Drill[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<PlanContext> {
  const monitoring = openMonitoring(system, env)
  const { alertmanager } = monitoring
  const { timing, alertLabels } = await readClocks(monitoring, system)
  // From here on, alerts and rules have the labels that Alertmanager gets.
  const prometheus = new Prometheus(system.prometheus.url, { ...monitoring.access.prometheus, alertLabels })
  const [alertRules, labelNames, refused, routing] = await Promise.all([
    prometheus.alertRules({ timeoutMs: ASK_MS }),
    readLabelNames(prometheus, { timeoutMs: ASK_MS }),
    refusedBy(prometheus, [...drills.flatMap(expressionsOf), ...expressionsIn(system.safety)]),
    loadedRouting(alertmanager, { timeoutMs: ASK_MS }),
  ])
  return {
    profile: measuredProfile(timing),
    alertRules,
    alertScope: readAlertScope(system.alerts),
    routing,
    labelNames,
    refused,
    services: system.services.map(({ name, urls, quorum, run }) => ({
      name,
      // How many pods a workload has only its cluster knows.
      maxReplicas: run.kind === 'kubernetes' ? MOST_REPLICAS : urls.length,
      ...defined({ quorum }),
    })),
    safety: system.safety,
    faultHost: faultHostOf(system),
    live: true,
  }
}

/** The expressions that this version of Prometheus refuses. */
async function refusedBy(prometheus: Prometheus, asked: readonly string[]): Promise<Map<string, string>> {
  const expressions = new Set(asked)
  const refused = new Map<string, string>()
  for (const expression of expressions) {
    const why = await prometheus.query(expression, { timeoutMs: ASK_MS }).then(() => undefined, whyRefused)
    if (why !== undefined) refused.set(expression, why)
  }
  return refused
}

/** The expressions by which a system ends runs, or allows them. */
function expressionsIn({ abortWhen, onlyIf }: ForeignSystem['safety']): string[] {
  return [...abortWhen, ...onlyIf].flatMap((condition) => ('metric' in condition ? [condition.metric] : []))
}

/** Why Prometheus refuses an expression; `undefined` when it did not answer for another reason. */
function whyRefused(error: unknown): string | undefined {
  if (!(error instanceof FiredrillError) || error.message !== 'answered 400') return undefined
  // A long answer is cut short.
  const [, why] = /"error":"((?:[^"\\]|\\.)*)/.exec(error.details.given ?? '') ?? []
  return why?.replaceAll('\\"', '"')
}
